import re
from datetime import timedelta

import pytest
from django.utils.html import escape

from tests.tokens.reading import text
from tests.tokens.uses import use
from tokens.doors import Door
from tokens.errors import RECORDED
from tokens.scopes import Scope
from tokens.services import generate_token, revoke_token
from tokens.views import usage as views

PAGE, TOKENS, REPLACEMENT = "/settings/api/usage/", "/settings/api/", "/settings/api/replacement/"
NEW, CONFIRM = "/settings/api/tokens/new/", "/settings/api/tokens/{}/revoke/confirm/"
MINUTE = timedelta(minutes=1)
HOSTILE_CLIENTS = [
    "<script>alert(1)</script><i>",
    "\"'><img src=x onerror=alert(1)><i>",
    "</bdi></td><i>",
    "{{ 7*7 }}",
    "=HYPERLINK(1)",
    "%s %(name)s {0}",
    "\u202egnp.exe",
    "W" * 80,
]


@pytest.fixture
def replaced(acme, live, now):
    """What `live` was, now that another one took its place five minutes ago; with that one."""
    new = generate_token(acme, scope=Scope.READ_ONLY, by=None, now=now - 5 * MINUTE, replaces=live.pk).token
    return live, new


def shown(response):
    """The clients in the table of who uses the tokens."""
    table = response.content.decode().partition("<tbody>")[2].partition("</tbody>")[0]
    return set(re.findall(r"<bdi>(.*?)</bdi>", table))


@pytest.mark.parametrize("address", [PAGE, TOKENS, REPLACEMENT])
@pytest.mark.parametrize(("who", "status"), [(None, 302), ("carol", 403), ("ada", 200), ("eve", 200), ("olga", 403)])
def test_who_may_look(client, request, live, ada, carol, eve, olga, address, who, status):
    if who:
        client.force_login(request.getfixturevalue(who))
    assert client.get(address).status_code == status


@pytest.mark.parametrize("address", [PAGE, TOKENS, REPLACEMENT])
def test_nobody_sees_another_account_s_clients(signed_in, eve, replaced, now, address):
    old, new = replaced
    use(old, "acme-nightly", at=now - MINUTE, reason="replaced")
    use(new, "acme-nightly", at=now)
    page = signed_in(eve).get(address).content.decode()
    assert "acme-nightly" not in page
    assert old.short_mask not in page


@pytest.mark.parametrize("address", [PAGE, TOKENS, REPLACEMENT])
def test_looking_takes_no_post(signed_in, ada, address):
    assert signed_in(ada).post(address).status_code == 405


@pytest.mark.parametrize("address", [PAGE, TOKENS, REPLACEMENT])
def test_what_is_looked_at_is_kept_nowhere(signed_in, ada, address):
    assert "no-store" in signed_in(ada).get(address)["Cache-Control"]


def test_before_the_first_call_the_page_says_so(signed_in, ada, live):
    assert "No calls yet." in text(signed_in(ada).get(PAGE))


def test_the_page_lists_who_uses_the_tokens(signed_in, ada, live, now):
    use(live, "castor-upload", door=Door.MCP, at=now, calls=1234)
    use(live, "castor-upload", door=Door.MCP, at=now, calls=5, reason="insufficient_scope")
    page = text(signed_in(ada).get(PAGE))
    assert f"castor-upload MCP ro {live.short_mask} 1,234 5 failed {now:%-d %b %Y, %H:%M} UTC" in page
    assert "1 integration in 30 days" in text(signed_in(ada).get(TOKENS))


def test_an_unnamed_client_is_called_so(signed_in, ada, live, now):
    use(live, "", at=now)
    assert "<i>unnamed client</i>" in signed_in(ada).get(PAGE).content.decode()


@pytest.mark.parametrize("reason", RECORDED)
def test_failed_calls_say_why_and_from_where(signed_in, ada, live, now, reason):
    use(live, "castor-upload", at=now, reason=reason, address="192.0.2.7")
    page = text(signed_in(ada).get(PAGE))
    assert "castor-upload REST, from 192.0.2.7" in page
    assert f"{views.WHY[reason]} {views.ADVICE[reason]}" in page


def test_a_token_that_has_ended_is_still_in_the_table(signed_in, ada, live, now):
    use(live, "castor-upload", at=now)
    revoke_token(live, by=None, now=now)
    assert f"ro {live.short_mask} revoked" in text(signed_in(ada).get(PAGE))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, {"a", "b", "c"}),
        ({"token": "", "door": ""}, {"a", "b", "c"}),
        ({"token": "live"}, {"a", "b"}),
        ({"door": "mcp"}, {"b", "c"}),
        ({"token": "live", "door": "mcp"}, {"b"}),
        ({"token": "live", "door": "scim"}, set()),
    ],
)
def test_the_table_is_filtered_by_token_and_door(signed_in, acme, ada, live, now, query, expected):
    other = generate_token(acme, scope=Scope.READ_WRITE, by=None, now=now).token
    use(live, "a", at=now)
    use(live, "b", at=now, door=Door.MCP)
    use(other, "c", at=now, door=Door.MCP)
    if query.get("token"):
        query = query | {"token": str(live.pk)}
    assert shown(signed_in(ada).get(PAGE, query)) == expected


@pytest.mark.parametrize(("query", "offered"), [({}, ["", "mcp"]), ({"door": "scim"}, ["", "mcp", "scim"])])
def test_the_filter_offers_the_doors_that_were_called_and_what_is_chosen(signed_in, ada, live, now, query, offered):
    use(live, door=Door.MCP, at=now)
    use(live, "another", door=Door.MCP, at=now)
    use(live, door=Door.INGEST, at=now - timedelta(days=31))
    choices = signed_in(ada).get(PAGE, query).context["filter"]["door"]
    assert [option.data["value"] for option in choices] == offered


def test_a_filter_that_nothing_passes_says_so(signed_in, ada, live, now):
    use(live, at=now)
    assert "No call matches." in text(signed_in(ada).get(PAGE, {"door": "scim"}))


def test_the_filter_keeps_what_was_chosen_for_the_export(signed_in, ada, live, now):
    use(live, at=now)
    page = signed_in(ada).get(PAGE, {"token": str(live.pk), "door": "rest"}).content.decode()
    assert f'href="/settings/api/usage.csv?token={live.pk}&amp;door=rest"' in page
    assert '<option value="rest" selected>' in page


def test_the_filter_offers_open_and_used_tokens_of_the_account(signed_in, acme, umbrella, ada, live, now):
    generate_token(umbrella, scope=Scope.READ_ONLY, by=None, now=now)
    unused = generate_token(acme, scope=Scope.READ_WRITE, by=None, now=now).token
    new = generate_token(acme, scope=Scope.READ_WRITE, by=None, now=now, replaces=unused.pk).token
    use(live, at=now)
    revoke_token(live, by=None, now=now)
    offered = signed_in(ada).get(PAGE).context["filter"].fields["token"].queryset
    assert set(offered) == {live, new}


def test_another_account_s_token_is_no_such_token(signed_in, eve, live, now):
    use(live, "castor-upload", at=now)
    response = signed_in(eve).get(PAGE, {"token": str(live.pk)})
    assert "There is no such token in this account." in text(response)
    assert shown(response) == set()


@pytest.mark.parametrize(
    "query",
    [
        {"token": "nonsense"},
        {"token": "\x00"},
        {"token": "<i>"},
        {"token": "a" * 10_000},
        {"token": "00000000-0000-4000-8000-000000000000"},
        {"door": "window"},
        {"door": "\x00"},
        {"door": "<i>"},
        {"token": ["a", "b"], "door": ["rest", "x"]},
        {"page": "abc", "x": "\x00"},
    ],
)
def test_nonsense_in_the_filter_shows_a_page_without_markup(signed_in, ada, live, now, query):
    use(live, at=now)
    response = signed_in(ada).get(PAGE, query)
    assert response.status_code in {200, 422}
    assert "<i>" not in response.content.decode()


@pytest.mark.parametrize("name", HOSTILE_CLIENTS)
def test_hostile_clients_are_shown_as_text(signed_in, ada, replaced, now, name):
    old, new = replaced
    use(old, name, at=now - MINUTE, reason="replaced")
    use(new, name, at=now)
    client = signed_in(ada)
    for address in (PAGE, TOKENS, REPLACEMENT, f"{NEW}?replace=READ_ONLY", CONFIRM.format(new.pk)):
        page = client.get(address).content.decode()
        assert f"<bdi>{escape(name)}</bdi>" in page
        assert "<i>" not in page


def test_a_long_table_is_cut_and_says_how_much_is_in_the_export(signed_in, ada, live, now):
    for number in range(views.MAX_ROWS_SHOWN + 7):
        use(live, f"c{number}", at=now, reason="insufficient_scope")
    response = signed_in(ada).get(PAGE)
    assert len(response.context["integrations"]) == len(response.context["failed_calls"]) == views.MAX_ROWS_SHOWN
    assert text(response).count("7 more are in the export.") == 2


def test_the_chart_has_a_column_a_day_and_says_its_figures(signed_in, ada, live, now):
    use(live, at=now, calls=12)
    use(live, at=now, calls=3, reason="expired")
    response = signed_in(ada).get(PAGE)
    assert len(response.context["chart"]) == 30
    assert f"{now:%-d %b}: 12 let in, 3 failed" in text(response)


def bars(response):
    """The widths of the bars in the table of integrations, in its order; None for a row without one."""
    cells = re.findall(r'<svg class="bar"[^>]*>(.*?)</svg>', response.content.decode())
    return [int(found[1]) if (found := re.search(r'width="(\d+)"', cell)) else None for cell in cells]


def test_a_bar_is_the_share_of_calls_that_were_let_in_and_none_has_none(signed_in, ada, live, now):
    for place, (client, calls, reason) in enumerate(
        [("most", 10_000, ""), ("half", 5_000, ""), ("one", 1, ""), ("refused", 90_000, "insufficient_scope")]
    ):
        use(live, client, at=now - place * MINUTE, calls=calls, reason=reason)
    assert bars(signed_in(ada).get(PAGE)) == [views.BAR_WIDTH, views.BAR_WIDTH // 2, 1, None]


@pytest.mark.parametrize(("calls", "scale"), [(1, "2 1 0"), (12, "20 10 0"), (1_700, "2,000 1,000 0")])
def test_the_chart_has_a_scale(signed_in, ada, live, now, calls, scale):
    use(live, at=now, calls=calls)
    response = signed_in(ada).get(PAGE)
    assert f"{scale} Calls per day, up to {scale.split()[0]} " in text(response)
    _, column = response.context["chart"][-1]
    assert sum(bar.height for bar in column.bars) == pytest.approx(110 * calls / response.context["scale"][0], abs=1)


def test_the_page_takes_few_queries_however_many_clients(signed_in, ada, live, now, django_assert_max_num_queries):
    for number in range(60):
        use(live, f"c{number}", at=now - timedelta(days=number % 20), reason=("", "expired")[number % 2])
    client = signed_in(ada)
    with django_assert_max_num_queries(16):
        client.get(PAGE)


def test_the_replacement_is_a_part_of_the_page(signed_in, ada, replaced, now):
    old, new = replaced
    use(old, "castor-upload", at=now - MINUTE, reason="replaced")
    response = signed_in(ada).get(REPLACEMENT)
    assert "<html" not in response.content.decode()
    assert text(response).startswith(f"{old.short_mask} → {new.short_mask} Read only 1 still on the old token")
    assert f"Still sends the old token sends {old.short_mask} {now - MINUTE:%-d %b %Y, %H:%M} UTC" in text(response)
    assert text(response) in text(signed_in(ada).get(TOKENS))


def test_the_replacement_follows_who_moves(signed_in, ada, replaced, now):
    old, new = replaced
    client = signed_in(ada)
    for name in ("a", "b"):
        use(old, name, at=now - 6 * MINUTE)
    said = [text(client.get(REPLACEMENT))]
    for name in ("a", "b"):
        use(new, name, at=now)
        said.append(text(client.get(REPLACEMENT)))
    assert ["2 not seen since" in said[0], "1 moved" in said[1], "2 moved" in said[2]] == [True] * 3
    assert "not seen since" not in said[2]


@pytest.mark.parametrize("how", ["revoked", "expired"])
def test_the_board_tells_of_old_tokens_that_were_revoked_or_had_expired(signed_in, acme, ada, live, now, how):
    if how == "revoked":
        revoke_token(live, by=None, now=now - 5 * MINUTE)
    else:
        live.pk, live.public_id = None, "0" * 12
        revoke_token(acme.tokens.get(), by=None, now=now - 6 * MINUTE)
        live.expires_at = now - 5 * MINUTE
        live.save(force_insert=True)
    new = generate_token(acme, scope=Scope.READ_ONLY, by=None, now=now - 4 * MINUTE).token
    use(live, "moved", at=now - 4.5 * MINUTE, reason=how)
    use(live, "castor-upload", at=now - MINUTE, reason=how)
    use(new, "moved", at=now - MINUTE)
    page = text(signed_in(ada).get(REPLACEMENT))
    assert page.startswith(f"{live.short_mask} → {new.short_mask} Read only 1 still on the old token 1 moved")


def test_many_old_tokens_are_counted(signed_in, acme, ada, live, now):
    token = live
    for number in range(8):
        use(token, at=now - (9 - number) * MINUTE)
        at = now - (8 - number) * MINUTE
        token = generate_token(acme, scope=Scope.READ_ONLY, by=None, now=at, replaces=token.pk).token
    assert re.match(r"(••\w{4} , ){4}••\w{4} and 3 older → ", text(signed_in(ada).get(REPLACEMENT)))


def test_without_a_replacement_the_part_is_empty(signed_in, ada, live):
    assert text(signed_in(ada).get(REPLACEMENT)) == ""
    assert "Moving to the new token" not in text(signed_in(ada).get(TOKENS))
