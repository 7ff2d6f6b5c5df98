"""The page of the search: its filters, its pages, its words, and what it suggests."""

from datetime import timedelta

import pytest
from django.utils import timezone

from catalog import markdown
from catalog.models import SearchDue
from catalog.queries import assets
from catalog.views import assets as view
from database.statements import StatementTooSlow
from tests.catalog.factories import DashboardFactory, TagFactory, TermFactory, a_table, owned, tagged
from tests.catalog.keeping import index_all


@pytest.fixture
def read(client, carol):
    """Carol's answer at /assets/, and its text."""
    client.force_login(carol)

    def get(query=""):
        answer = client.get(f"/assets/{query}")
        return answer, " ".join(answer.content.decode().split())

    return get


@pytest.fixture
def orders(acme):
    table = a_table(acme, "lake.raw.orders", description_raw="What was paid")
    DashboardFactory.create(source__account=acme, name="Order board")
    return table


def names(answer):
    return [one.reference.name for one in answer.context["found"].assets]


def test_what_was_found_is_counted(read, orders):
    assert ">2 assets</p>" in read("?q=order")[1]
    assert ">1 asset</p>" in read("?q=paid")[1]


def test_too_many_are_counted_as_more_than_that(read, acme, orders, monkeypatch):
    monkeypatch.setattr(assets, "MAX_FOUND", 1)
    monkeypatch.setattr(view, "MAX_FOUND", 1)
    assert "More than 1 assets, of which the first 1 are shown." in read()[1]


def test_kinds_are_links_with_their_counts_that_keep_the_words(read, orders):
    _, text = read("?q=order&page=1&tag=")
    assert '<a class="chip" href="?q=order&amp;kind=table">Tables <span class="muted">1</span></a>' in text
    answer, text = read("?q=order&kind=dashboard")
    assert names(answer) == ["Order board"]
    assert '<a class="chip" href="?q=order">Everything</a>' in text
    assert 'kind=dashboard" aria-current="true">Dashboards' in text


def test_tag_and_owner_are_fields_that_narrow_what_was_typed(read, acme, ada, orders):
    tagged(orders, TagFactory.create(account=acme, label="Finance"))
    owned(orders, ada)
    assert names(read("?q=order&tag=finance&owner=ada")[0]) == ["orders"]
    assert names(read("?q=board&tag=finance")[0]) == []
    assert names(read("?q=tag:finance&owner=nobody")[0]) == []


@pytest.mark.parametrize("kind", ["table", "Tables", "TABLE"])
def test_kinds_are_typed_in_any_case_and_number(read, orders, kind):
    assert names(read(f"?q=kind:{kind}")[0]) == ["orders"]


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("?page=-1", "There is no such page: pages are numbered from 1."),
        ("?page=0", "There is no such page: pages are numbered from 1."),
        ("?page=x", "This is no page: pages are numbered from 1."),
        ("?q=kind:planet", "There is no kind “planet”: choose one of table, dashboard, term, column."),
        ("?q=a+b+c+d+e+f+g+h+i", "A search takes at most 8 words and filters, not 9."),
        ("?q=tag:", "Say which tag you mean, as in tag:name."),
        ("?q=a%00b", "Null characters are not allowed."),
        (f"?q={'x' * 201}", "at most 200 characters"),
        ("?q=kind:column+to", "Columns are found by three letters or digits and more."),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_sentence(read, orders, query, sentence):
    answer, text = read(query)
    assert answer.status_code == 422
    assert sentence in text


@pytest.mark.parametrize("number", ["99", "9" * 30])
def test_a_page_after_the_last_says_how_many_there_are_and_leads_there(read, orders, number):
    answer, text = read(f"?q=order&page={number}")
    assert answer.status_code == 404
    assert f'There is no page {number}.</b></p> <p class="muted">This search has 1 page.</p>' in text
    assert '<a href="?q=order&amp;page=1">Go to the last page</a>' in text


def test_a_page_of_a_search_without_results_leads_to_the_first(read, orders):
    answer, text = read("?q=nowhere&page=2")
    assert (answer.status_code, "There is no page 2." in text) == (404, True)
    assert '<a href="?q=nowhere">Go to the first page</a>' in text


def test_a_search_that_finds_nothing_says_what_to_try(read, orders):
    assert "Try a part of the word, or another one." in read("?q=nowhere")[1]
    assert "Try fewer words, or a part of one." in read("?q=order+nowhere")[1]
    assert "Try fewer filters." in read("?tag=nobody")[1]
    assert '<a href="?q=order">Search everything for order</a>' in read("?q=order+kind:term")[1]
    for quoted in ("%22-order%22", "%22kind%3Atable%22", "%22two%20words%22"):  # each means another search without them
        assert f'<a href="?q={quoted}">Search everything' in read(f"?q={quoted}&kind=term")[1]


def test_a_search_that_takes_too_long_says_what_to_do(read, orders, monkeypatch):
    def too_slow(*_, **__):
        raise StatementTooSlow

    monkeypatch.setattr(view, "find", too_slow)
    monkeypatch.setattr(view, "suggest", too_slow)
    answer, text = read("?q=order")
    assert (answer.status_code, view.TOO_SLOW in text) == (422, True)
    assert read("suggestions/?q=order")[0].json() == {"suggestions": []}


def test_the_text_comes_back_escaped(read, orders):
    text = read("?q=%22%3E%3Cscript%3E")[1]
    assert ("<script>" in text.split("</head>")[1], "&gt;&lt;script&gt;" in text) == (False, True)


def test_suggestions_are_json_of_the_own_account(read, umbrella, orders):
    a_table(umbrella, "lake.raw.orders_of_theirs")
    answer, _ = read("suggestions/?q=orders")
    [one] = answer.json()["suggestions"]
    assert one == {
        "label": "lake.raw.orders", "detail": "Table", "url": orders.get_absolute_url(), "text": "", "value": "",
    }  # fmt: skip
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("query", ["", "?q=", "?q=%00orders", f"?q={'orders' * 40}", "?q=a+b+c+d+e+f+g+h+orders"])
def test_nothing_is_suggested_for_no_text_an_odd_or_a_long_one(read, orders, query):
    assert read(f"suggestions/{query}")[0].json() == {"suggestions": []}


def test_suggestions_need_a_session_of_an_account(client, olga):
    assert client.get("/assets/suggestions/?q=x").status_code == 302
    client.force_login(olga)
    assert client.get("/assets/suggestions/?q=x").status_code == 403


def test_owners_on_a_page_lead_to_what_else_they_own(read, acme, ada, orders):
    owned(orders, ada)
    TermFactory.create(account=acme, name="Nobody's")
    assert "/assets/?owner=ada%40acme.test" in read(f"tables/{orders.pk}/")[1]
    assert names(read("?owner=ada%40acme.test")[0]) == ["orders"]


def test_words_that_nothing_has_are_told_and_the_nearest_names_linked(read, acme, orders):
    a_table(acme, "lake.raw.fct_orders")
    index_all()
    text = read("?q=fct_ordrs+wheather")[1]
    assert "Nothing has “<bdi>fct_ordrs</bdi>” or “<bdi>wheather</bdi>”." in text
    link = '<a class="mono" href="?q=lake.raw.fct_orders"><bdi>lake.raw.fct_orders</bdi></a>'
    assert f"The nearest name is {link}." in text
    text = read("?q=%3Cb%3Ezzzz")[1]
    assert "Nothing has “<bdi>&lt;b&gt;zzzz</bdi>”." in text
    assert "Nothing matches." in text


def test_a_mistyped_word_is_told_with_the_word_that_is_shown(read, orders):
    index_all()
    answer, text = read("?q=ordres")
    assert names(answer) == ["orders", "Order board"]
    assert "Nothing has “<bdi>ordres</bdi>”; showing “<bdi>orders</bdi>”." in text
    assert "<mark>orders</mark>" in text


def test_no_description_is_parsed_that_nothing_is_shown_of(read, acme, monkeypatch):
    a_table(acme, "lake.raw.parcels", external_description="Of the *post*")
    index_all()
    for module in (view, markdown):
        monkeypatch.setattr(module, "plain", pytest.fail)
    assert names(read("?q=parcels")[0]) == ["parcels"]


def test_what_matches_is_marked_in_names_places_tags_and_descriptions(read, acme, orders):
    tagged(orders, TagFactory.create(account=acme, label="Paid <by> card"))
    index_all()
    text = read("?q=raw+paid+order")[1]
    assert "<bdi><mark>orders</mark></bdi></a>" in text
    assert "<bdi>lake.<mark>raw</mark>.<mark>orders</mark></bdi>" in text
    assert "<bdi><mark>Paid</mark> &lt;by&gt; card</bdi>" in text
    assert '<small class="said"><bdi>What was <mark>paid</mark></bdi></small>' in text
    assert "<mark>" not in read()[1]


@pytest.mark.parametrize("query", ["?q=order", "?q=zzzz"])
def test_a_search_says_so_while_its_index_is_behind(read, acme, orders, query):
    assert "still being indexed" not in read(query)[1]
    due = SearchDue.objects.create(account=acme, what="asset", kind="table", asset=orders.pk, since=timezone.now())
    assert "still being indexed" not in read(query)[1]
    SearchDue.objects.filter(pk=due.pk).update(since=timezone.now() - timedelta(seconds=11))
    assert "still being indexed" in read(query)[1]
    assert "still being indexed" not in read()[1]


@pytest.mark.parametrize("query", ["", "?q=order", "?q=ordres", "?q=zzzz"])
def test_the_page_asks_as_often_for_many_assets_as_for_one(read, acme, orders, query, django_assert_max_num_queries):
    for number in range(5):
        tagged(a_table(acme, f"lake.raw.orders_{number}"), TagFactory.create(account=acme, label=f"tag {number}"))
    index_all()
    with django_assert_max_num_queries(40):  # 30 of the search, the session, the account, sources, what is behind
        read(query)
