"""Writing a description in the page: who may, what is kept, and what happened meanwhile."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.activity import OPERATIONS
from accounts.actors import Actor
from accounts.models import AuditEntry, User
from catalog.rules.documentation import MAX_MARKDOWN_LENGTH, Documentation
from catalog.rules.versions import version_of
from catalog.services.documentation import update_tables_documentation
from catalog.views.descriptions import MAX_BYTES, differences
from tests.catalog.factories import ColumnFactory, DashboardFactory, TermFactory, a_table, kind
from tests.factories import NOW, UserFactory
from tests.shipped import shipped

OLD = "One row is an order.\nIt was paid."


@pytest.fixture
def table(acme):
    return a_table(acme, "shop.public.orders", description_raw=OLD)


@pytest.fixture(params=["table", "column", "dashboard", "term"])
def asset(request, acme):
    if request.param == "table":
        return a_table(acme, description_raw=OLD)
    if request.param == "column":
        return ColumnFactory.create(table=a_table(acme), description_raw=OLD)
    if request.param == "dashboard":
        return DashboardFactory.create(source__account=acme, description_raw=OLD)
    return TermFactory.create(account=acme, description_raw=OLD)


def editor(asset):
    return reverse(f"asset-{kind(asset)}-description", args=[asset.pk])


def sent(client, asset, text, *, shown=OLD, version=None, do="save"):
    read = version_of(shown) if version is None else version
    return client.post(editor(asset), {"text": text, "shown": shown, "version": read, "do": do})


def in_the_form(client, asset, field):
    """What this hidden field says when somebody begins to write."""
    page = client.get(editor(asset)).content.decode()
    [value] = re.findall(rf'name="{field}" value="([^"]*)"', page)
    return value


def stored(asset):
    asset.refresh_from_db()
    return asset.description_raw


def test_a_description_is_saved_with_an_entry_and_with_who_wrote_it(signed_in, carol, asset):
    answer = sent(signed_in(carol), asset, "# New\r\nof *today*")
    assert (answer.status_code, answer["Location"]) == (302, asset.get_absolute_url())
    assert stored(asset) == "# New\nof *today*"
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.door, entry.count, entry.ids) == (carol, "page", 1, [str(asset.pk)])
    assert entry.operation in OPERATIONS
    assert "Description saved." in signed_in(carol).get(asset.get_absolute_url()).content.decode()


def test_the_page_says_who_described_it(signed_in, carol, table):
    sent(signed_in(carol), table, "New")
    assert "by <bdi>carol@acme.test</bdi>" in signed_in(carol).get(table.get_absolute_url()).content.decode()
    table.refresh_from_db()
    assert table.last_described_by_user == carol


@pytest.mark.parametrize("role", [User.Role.ADMIN, User.Role.STEWARD, User.Role.CONTRIBUTOR])
def test_administrators_stewards_and_contributors_may_write(signed_in, acme, asset, role):
    client = signed_in(UserFactory.create(account=acme, role=role))
    assert f'href="{editor(asset)}"' in client.get(asset.get_absolute_url()).content.decode()
    assert client.get(editor(asset)).status_code == 200
    assert sent(client, asset, "New").status_code == 302


def test_viewers_see_no_button_and_may_not_write(signed_in, acme, asset):
    client = signed_in(UserFactory.create(account=acme, role=User.Role.VIEWER))
    assert editor(asset) not in client.get(asset.get_absolute_url()).content.decode()
    assert [client.get(editor(asset)).status_code, sent(client, asset, "New").status_code] == [403, 403]
    assert "Your role in the account does not open this page." in client.get(editor(asset)).content.decode()
    assert (stored(asset), AuditEntry.objects.count()) == (OLD, 0)


def test_another_account_s_asset_is_unknown(signed_in, eve, asset):
    client = signed_in(eve)
    assert [client.get(editor(asset)).status_code, sent(client, asset, "New").status_code] == [404, 404]
    assert stored(asset) == OLD


def test_nobody_is_led_to_sign_in_and_an_operator_is_told_why(client, olga, table):
    assert client.get(editor(table))["Location"].startswith("/accounts/login/")
    assert sent(client, table, "New").status_code == 403
    client.force_login(olga)
    assert sent(client, table, "New").status_code == 403
    assert stored(table) == OLD


@pytest.mark.parametrize(
    ("who", "status", "why"),
    [
        (None, 403, "You were signed out meanwhile."),
        ("viewer", 403, "You may not write here any more."),
        ("eve", 404, "What you described is gone."),
    ],
)
def test_a_text_of_whoever_may_not_save_it_is_shown_again(client, acme, eve, table, who, status, why):
    people = {"viewer": UserFactory.create(account=acme, role=User.Role.VIEWER), "eve": eve}
    if who:
        client.force_login(people[who])
    answer = sent(client, table, "\nMine <b>& own")
    said = answer.content.decode()
    assert (answer.status_code, stored(table), "no-store" in answer["Cache-Control"]) == (status, OLD, True)
    assert why in said
    assert "readonly>\n\nMine &lt;b&gt;&amp; own</textarea>" in said


def test_a_text_that_was_changed_meanwhile_is_not_written_over_unseen(signed_in, carol, ada, table):
    client = signed_in(carol)
    row: Documentation = {"id": str(table.pk), "description_markdown": "One row is an order.\nIt was <b>cancelled</b>."}
    update_tables_documentation(table.account, rows=[row], by=Actor(ada.email, ada), now=NOW)
    answer = sent(client, table, "Mine & own")
    text = answer.content.decode()
    assert (answer.status_code, stored(table)) == (409, row["description_markdown"])
    assert "<bdi>ada@acme.test</bdi> changed it:" in text
    assert '<del><span class="visually-hidden">Taken out: </span>It was paid.</del>' in text
    assert '<ins><span class="visually-hidden">Put in: </span>It was &lt;b&gt;cancelled&lt;/b&gt;.</ins>' in text
    assert "Mine &amp; own</textarea>" in text
    assert sent(client, table, "Mine & own", shown=row["description_markdown"]).status_code == 302
    assert stored(table) == "Mine & own"


@pytest.mark.parametrize("shown", ["", "something else", OLD + "\n"])
def test_who_shows_another_text_than_there_is_changes_nothing(signed_in, carol, asset, shown):
    assert sent(signed_in(carol), asset, "New", shown=shown).status_code == 409
    assert (stored(asset), AuditEntry.objects.count()) == (OLD, 0)


def test_lines_that_end_otherwise_are_the_same_text(signed_in, carol, acme):
    table = a_table(acme, description_raw="One\r\ntwo\rthree")
    client = signed_in(carol)
    read = {"shown": "One\r\ntwo\r\nthree", "version": in_the_form(client, table, "version")}
    assert sent(client, table, read["shown"], **read)["Location"] == table.get_absolute_url()
    assert stored(table) == "One\r\ntwo\rthree"
    assert sent(client, table, "One\r\ntwo\r\nthree\r\nfour", **read).status_code == 302
    assert stored(table) == "One\ntwo\nthree\nfour"


def test_what_is_said_to_have_been_shown_decides_nothing(signed_in, carol, asset):
    client = signed_in(carol)
    assert sent(client, asset, "New", shown=OLD, version=version_of("Other")).status_code == 409
    assert stored(asset) == OLD
    assert sent(client, asset, "New", shown="Other", version=version_of(OLD)).status_code == 302
    assert stored(asset) == "New"


def test_after_a_conflict_the_form_has_the_version_of_now(signed_in, carol, asset):
    refused = sent(signed_in(carol), asset, "New", version=version_of("Other")).content.decode()
    assert f'name="version" value="{version_of(OLD)}"' in refused


def test_a_text_that_is_the_same_leaves_no_entry(signed_in, carol, asset):
    assert sent(signed_in(carol), asset, OLD.replace("\n", "\r\n")).status_code == 302
    assert (AuditEntry.objects.count(), stored(asset)) == (0, OLD)


def test_an_empty_text_leaves_what_the_source_says(signed_in, carol, acme):
    table = a_table(acme, description_raw=OLD, external_description="From the source")
    client = signed_in(carol)
    sent(client, table, "  \n")
    assert stored(table) == ""
    assert "From the source" in client.get(table.get_absolute_url()).content.decode()


def test_the_preview_is_harmless_and_saves_nothing(signed_in, carol, asset):
    answer = sent(signed_in(carol), asset, "**Bold** <script>x</script> [bad](javascript:x)", do="preview")
    text = answer.content.decode()
    assert (answer.status_code, stored(asset), AuditEntry.objects.count()) == (200, OLD, 0)
    assert "<strong>Bold</strong> &lt;script&gt;" in text
    assert "data-unsaved" in text
    assert "javascript:x)</textarea>" in text


def test_a_text_that_is_too_long_stays_in_the_box(signed_in, carol, asset):
    long = "ü" * (MAX_MARKDOWN_LENGTH + 1)
    answer = sent(signed_in(carol), asset, long)
    text = answer.content.decode()
    assert (answer.status_code, stored(asset)) == (422, OLD)
    assert "A description may have at most 30,000 characters, not 30,001." in text
    assert f"{long}</textarea>" in text
    assert "At most 30,000 characters" in signed_in(carol).get(editor(asset)).content.decode()


def test_the_longest_text_of_the_widest_characters_is_taken(signed_in, carol, table):
    widest = "🙂" * MAX_MARKDOWN_LENGTH
    assert sent(signed_in(carol), table, widest).status_code == 302
    assert sent(signed_in(carol), table, "x" + widest[1:], shown=widest).status_code == 302
    assert stored(table) == "x" + widest[1:]


def test_a_body_larger_than_two_such_texts_is_refused_unread(db):
    form = "application/x-www-form-urlencoded"
    address = f"/assets/tables/{'0' * 8}-0000-4000-8000-{'0' * 12}/description/"
    assert shipped("POST", address, b"x=" + b"a" * MAX_BYTES, form).status_code == 413


def test_a_null_character_is_refused_and_the_text_stays(signed_in, carol, table):
    answer = sent(signed_in(carol), table, "a\x00b")
    assert (answer.status_code, stored(table)) == (422, OLD)
    assert "Null characters are not allowed." in answer.content.decode()


def test_images_are_left_out_and_it_says_so(signed_in, carol, table):
    client = signed_in(carol)
    sent(client, table, "A ![chart](https://x.test/c.png)")
    assert stored(table) == "A "
    assert "Description saved, without its images." in client.get(table.get_absolute_url()).content.decode()


def test_a_text_of_images_alone_takes_no_text_away(signed_in, carol, table):
    answer = sent(signed_in(carol), table, "![chart](https://x.test/c.png)")
    assert (answer.status_code, stored(table)) == (422, OLD)
    assert "There is no text beside the images, which are not kept." in answer.content.decode()
    assert "c.png)</textarea>" in answer.content.decode()


def test_a_term_that_its_source_keeps_is_described_there(signed_in, carol, acme):
    term = TermFactory.create(account=acme, external_id="dbt-1", description_raw=OLD)
    client = signed_in(carol)
    assert editor(term) not in client.get(term.get_absolute_url()).content.decode()
    assert client.get(editor(term))["Location"] == term.get_absolute_url()
    answer = sent(client, term, "Mine")
    assert (answer.status_code, stored(term), AuditEntry.objects.count()) == (409, OLD, 0)
    assert "Mine</textarea>" in answer.content.decode()


def test_a_form_without_its_token_changes_nothing(carol, table):
    client = Client(enforce_csrf_checks=True)
    client.force_login(carol)
    answer = client.post(editor(table), {"text": "New words"}, headers={"Origin": "http://testserver"})
    assert (answer.status_code, "New words</textarea>" in answer.content.decode()) == (403, True)
    assert stored(table) == OLD


def test_differences_are_lines_with_one_around_them_and_of_long_texts_none():
    before = "\n".join("abcdefg")
    assert differences(before, before.replace("d", "D")) == [(" ", "c"), ("-", "d"), ("+", "D"), (" ", "e")]
    assert differences("x\n" * 400, "y") == []
