import re
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from catalog.models import ExternalLink, OwnerEntity, OwnerLabel, PinnedAsset, QualityCheck
from catalog.queries import assets, mentions
from tests.catalog.factories import (
    ColumnFactory,
    DashboardFactory,
    DashboardFieldFactory,
    TagFactory,
    TermFactory,
    a_table,
    feeds,
    tagged,
)
from tests.catalog.keeping import index_all
from tests.factories import NOW, UserFactory

STORED = {"created_at": NOW, "updated_at": NOW}


@pytest.fixture
def orders(acme):
    """A table with a popular name, a column of it, a dashboard and a term."""
    table = a_table(acme, "warehouse.public.orders", popularity=500_000)
    ColumnFactory.create(table=table, name="order_total", source_order=1)
    DashboardFactory.create(source__account=acme, name="Order board", popularity=900_000)
    TermFactory.create(account=acme, name="Order value")
    return table


@pytest.fixture
def page(client, carol):
    """What Carol reads at an address, as text."""
    client.force_login(carol)
    return lambda address: client.get(address).content.decode()


def found(client, query=""):
    """Kind and name of each line."""
    references = [asset.reference for asset in client.get(f"/assets/{query}").context["found"].assets]
    return [(reference.kind.label, reference.name) for reference in references]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", [("Table", "orders"), ("Dashboard", "Order board"), ("Term", "Order value")]),
        ("?q=ORDER_T", [("Column", "order_total")]),
        ("?q=public.ord", [("Table", "orders")]),
        ("?q=or&kind=dashboard", [("Dashboard", "Order board")]),
        ("?kind=column", [("Column", "order_total")]),
        ("?q=_", []),
        ("?q=%25", []),
        ("?q=nowhere", []),
    ],
)
def test_assets_are_found_by_a_part_of_their_name_and_by_their_kind(signed_in, carol, orders, query, expected):
    assert found(signed_in(carol), query) == expected


def test_assets_are_found_by_their_source(signed_in, carol, acme, orders):
    a_table(acme, "lake.raw.events")
    source = orders.schema.database.source
    assert found(signed_in(carol), f"?source={source.pk}") == [("Table", "orders")]
    assert ("Column", "order_total") in found(signed_in(carol), f"?source={source.pk}&q=total")


@pytest.mark.parametrize("few", [0, 1_000], ids=["many", "few"])
def test_assets_are_found_by_their_tag_in_any_case(signed_in, carol, acme, orders, monkeypatch, few):
    monkeypatch.setattr(mentions, "MAX_TAGGED", few)
    tag = TagFactory.create(account=acme, label="Finance")
    for asset in (orders, orders.columns.get()):
        tagged(asset, tag)
    assert found(signed_in(carol), "?tag=finance") == [("Table", "orders")]
    assert found(signed_in(carol), "?tag=Finance&kind=column") == [("Column", "order_total")]
    assert found(signed_in(carol), "?tag=fin") == []


NO_ID = "00000000-0000-4000-8000-000000000000"


@pytest.mark.parametrize(
    "query",
    ["?kind=column&q=to", "?page=0", "?page=-1", "?page=one", "?kind=planet", f"?source={NO_ID}"],
)
def test_a_filter_that_makes_no_sense_says_so(signed_in, carol, orders, query):
    answer = signed_in(carol).get(f"/assets/{query}")
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()


def test_the_source_of_another_account_is_as_unknown_as_any(signed_in, carol, umbrella):
    foreign = a_table(umbrella).schema.database.source
    assert (
        "There is no such source in this account."
        in signed_in(carol).get(f"/assets/?source={foreign.pk}").content.decode()
    )


@pytest.mark.parametrize("what", ["table", "schema", "database", "source"])
def test_what_is_deleted_with_its_place_is_neither_listed_nor_opened(signed_in, carol, orders, what):
    schema = orders.schema
    row = {"table": orders, "schema": schema, "database": schema.database, "source": schema.database.source}[what]
    type(row).objects.filter(pk=row.pk).update(deleted_at=NOW)
    client = signed_in(carol)
    assert found(client, "?q=order") == [("Dashboard", "Order board"), ("Term", "Order value")]
    assert client.get(orders.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("what", ["schema", "database"])
def test_what_lies_in_something_hidden_is_neither_listed_nor_opened(signed_in, carol, orders, what):
    row = orders.schema if what == "schema" else orders.schema.database
    type(row).objects.filter(pk=row.pk).update(is_hidden=True)
    client = signed_in(carol)
    assert found(client, "?q=order") == [("Dashboard", "Order board"), ("Term", "Order value")]
    assert client.get(orders.get_absolute_url()).status_code == 404


def test_pages_follow_each_other_over_the_kinds(signed_in, carol, acme, orders, monkeypatch):
    monkeypatch.setattr(assets, "ASSETS_PER_PAGE", 2)
    client = signed_in(carol)
    pages = [found(client, f"?q=order&page={number}") for number in (1, 2, 3)]
    assert [name for page in pages for _, name in page] == ["orders", "Order board", "Order value", "order_total"]
    first, last = (client.get(f"/assets/?q=order&page={number}").content.decode() for number in (1, 2))
    assert 'href="?q=order&amp;page=2"' in first
    assert ('rel="next"' in last, 'rel="prev"' in last) == (False, True)


def test_an_empty_catalog_tells_each_what_to_do(signed_in, ada, carol):
    said = signed_in(ada).get("/assets/").content.decode().split("still empty")[1]
    assert f'href="{reverse("token-connect")}"' in said
    assert "Fill the catalog" in said
    assert "Ask an administrator of Acme" in signed_in(carol).get("/assets/").content.decode()


def test_a_search_that_finds_nothing_leads_back(page, orders):
    assert 'Nothing matches.</b></p><p class="muted">' in page("/assets/?q=nowhere")


@pytest.mark.parametrize("role", User.Role)
def test_everybody_of_an_account_sees_its_assets(signed_in, acme, orders, role):
    client = signed_in(UserFactory.create(account=acme, role=role))
    assert len(found(client)) == 3
    assert client.get(orders.get_absolute_url()).status_code == 200


@pytest.fixture(params=["table", "dashboard", "term"])
def foreign(request, umbrella):
    """An asset of another account."""
    if request.param == "table":
        return a_table(umbrella)
    if request.param == "dashboard":
        return DashboardFactory.create(source__account=umbrella)
    return TermFactory.create(account=umbrella)


def test_another_account_s_asset_is_as_unknown_as_any(signed_in, carol, foreign):
    client, address = signed_in(carol), foreign.get_absolute_url()
    theirs, random = client.get(address), client.get(address.replace(str(foreign.pk), str(uuid4())))
    assert theirs.status_code == random.status_code == 404
    assert without_secrets(theirs) == without_secrets(random)


def without_secrets(answer):
    """The page without the value against forged forms, which is never the same twice."""
    return re.sub(r'csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())


def test_nobody_is_led_to_sign_in(client, foreign):
    for address in ("/assets/", foreign.get_absolute_url()):
        assert client.get(address)["Location"] == f"/accounts/login/?next={address}"


def test_an_operator_without_an_account_is_told_why_there_is_nothing(signed_in, olga, foreign):
    for address in ("/assets/", foreign.get_absolute_url()):
        answer = signed_in(olga).get(address)
        assert answer.status_code == 403
        assert "You belong to no account" in answer.content.decode()


def test_an_operator_in_an_account_sees_that_account_s(signed_in, acme, orders, umbrella):
    a_table(umbrella, "other.public.secret")
    client = signed_in(UserFactory.create(account=acme, is_staff=True))
    assert [name for kind, name in found(client, "?kind=table")] == ["orders"]


def test_a_table_s_page_says_what_is_known(page, acme, ada, orders):
    label = OwnerLabel.objects.create(account=acme, label="Data steward", **STORED)
    OwnerEntity.objects.create(account=acme, user=ada, table=orders, owner_label=label, **STORED)
    ExternalLink.objects.create(
        account=acme, table=orders, technology="GITHUB", url="https://git.acme.test/x", **STORED
    )
    check = {"external_id": "fresh", "name": "Is fresh", "source": "API", "status": "ALERT", "run_at": NOW}
    QualityCheck.objects.create(account=acme, table=orders, **check, **STORED)
    term = TermFactory.create(account=acme, name="Revenue")
    PinnedAsset.objects.create(account=acme, from_table=orders, to_term=term, **STORED)
    text = page(orders.get_absolute_url())
    for said in ("warehouse.public.orders", "ada@acme.test", "Data steward", "Is fresh", "Alert", "order_total"):
        assert said in text
    assert ('href="https://git.acme.test/x"' in text, term.get_absolute_url() in text) == (True, True)


def test_only_addresses_of_the_web_become_links(page, acme, orders):
    script = "javascript:alert(1)"
    ExternalLink.objects.create(account=acme, table=orders, technology="OTHER", url=script, **STORED)
    board = DashboardFactory.create(source__account=acme, url=script, folder_url="data:text/html,x")
    assert "javascript:" not in page(orders.get_absolute_url())
    assert ("javascript:" in page(board.get_absolute_url()), "data:text" in page(board.get_absolute_url())) == (
        False,
        False,
    )


def test_a_description_is_written_as_harmless_html(page, acme, orders):
    orders.description_raw = "**Bold** <script>alert(1)</script> [site](https://acme.test) [bad](javascript:alert)"
    orders.save()
    text = page(orders.get_absolute_url())
    assert "<strong>Bold</strong> &lt;script&gt;" in text
    assert '<a href="https://acme.test" rel="noopener nofollow">site</a> [bad]' in text


def test_names_are_escaped(page, acme):
    table = a_table(acme, "warehouse.public.<b>bold</b>")
    feeds(table, DashboardFactory.create(source__account=acme, name="<i>board</i>"))
    for address in (table.get_absolute_url(), "/assets/"):
        assert ("<b>bold" in page(address), "<i>board" in page(address)) == (False, False)


def test_a_dashboard_s_page_shows_its_fields_and_leads_to_its_tool(page, acme, orders):
    board = DashboardFactory.create(source__account=acme, url="https://bi.acme.test/7")
    DashboardFieldFactory.create(dashboard=board, name="net_revenue")
    feeds(orders, board)
    text = page(board.get_absolute_url())
    for said in ("net_revenue", 'href="https://bi.acme.test/7"', orders.get_absolute_url()):
        assert said in text


def test_a_term_s_page_shows_where_it_belongs_and_what_is_tagged_with_it(page, acme, orders):
    top = TermFactory.create(account=acme, name="Finance")
    term = TermFactory.create(parent_term=TermFactory.create(parent_term=top, name="Money"), name="Revenue")
    child = TermFactory.create(parent_term=term, name="Net revenue")
    tag = TagFactory.create(account=acme, label="revenue", linked_term=term)
    for asset in (orders, orders.columns.get(), DashboardFieldFactory.create(dashboard__source__account=acme)):
        tagged(asset, tag)
    text = page(term.get_absolute_url())
    way = text.split('class="way"')[1].split("</p>")[0]
    assert [name in way for name in ("Finance", "Money", "Net revenue")] == [True, True, False]
    assert text.count('<span class="chip kind">') == 4  # its own, and the three
    assert child.get_absolute_url() in text


def test_a_deleted_parent_is_not_on_the_way_up(page, acme):
    parent = TermFactory.create(account=acme, name="Gone", deleted_at=NOW)
    term = TermFactory.create(parent_term=parent)
    assert "Gone" not in page(term.get_absolute_url())


def queries(client, address):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_more_rows_take_no_more_queries(signed_in, carol, acme, orders):
    client, tag = signed_in(carol), TagFactory.create(account=acme)
    addresses = ["/assets/", "/assets/?q=order", orders.get_absolute_url()]
    index_all()
    few = [queries(client, address) for address in addresses]
    for number in range(5):
        table = a_table(acme, f"warehouse{number}.public.orders")
        column = ColumnFactory.create(table=orders, name=f"order_{number}")
        for asset in (table, column, TermFactory.create(account=acme, name=f"order {number}")):
            tagged(asset, tag)
        PinnedAsset.objects.create(account=acme, from_table=orders, to_table=table, **STORED)
    index_all()
    assert [queries(client, address) for address in addresses] == few
    assert max(few) <= 34  # on PostgreSQL; 3 less on SQLite, where no statement has a limit
