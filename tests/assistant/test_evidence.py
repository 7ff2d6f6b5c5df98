"""What is gathered for a question, of small catalogs: all that is known of an asset, and nothing of anybody else's."""

import pytest
from django.conf import settings

from accounts.models import Team
from assistant.drafts import MAX_CANDIDATES, MAX_COLUMNS, NAMELESS
from assistant.evidence import gather
from assistant.facts import NO_MAIL, without_values
from assistant.intents import Intent
from assistant.writers.extract import write
from catalog.models import Column, Database, Table, Tag
from tests.catalog.factories import (
    ColumnFactory,
    DashboardFactory,
    DashboardFieldFactory,
    QualityCheckFactory,
    TagFactory,
    TermFactory,
    a_table,
    feeds,
    owned,
    pinned,
    ran,
    stored,
    tagged,
)
from tests.catalog.keeping import index_all
from tests.factories import NOW, UserFactory

pytestmark = pytest.mark.django_db
QUESTIONS = (
    "orders",
    "What is an order?",
    "Who owns orders?",
    "what is upstream of orders?",
    "what depends on orders?",
    "lineage of orders",
    "which columns does orders have?",
    "where is the order status stored?",
    "can I trust orders?",
    "how many tables are there?",
    "how many tables are in lake?",
    "how many columns does orders have?",
    "how many orders were there yesterday?",
    "Wem gehört orders?",
    "À qui appartient orders ?",
    "zebra crossing",
)
LISTS = (
    "verified tables",
    "tables without an owner",
    "most popular tables",
    "tables owned by beeteve",
    "everything owned by the team Team beet",
    "tables tagged orders-beet",
)


def ask(account, question, **options):
    evidence = gather(account, question, now=NOW, **options)
    return evidence, write(evidence)


def a_shop(account, marker, owner):
    """A catalog of everything, each text of which has the marker."""
    database = f"lake{marker}"
    orders = a_table(
        account,
        f"{database}.sales.orders",
        description_raw=f"Orders of {marker}.",
        verified_at=NOW,
        verified_by_user=owner,
        last_refreshed_at=NOW,
    )
    for name in ("status", "order_email"):
        ColumnFactory.create(
            table=orders, name=name, description_raw=f"Of an order, {marker}.", is_pii=name != "status"
        )
    parent = a_table(account, f"{database}.raw.{marker}_events", description_raw=f"Before orders, {marker}.")
    child = DashboardFactory.create(source__account=account, name=f"Orders {marker}", folder_path=marker)
    DashboardFieldFactory.create(dashboard=child, name=f"order_{marker}", description=marker)
    term = TermFactory.create(account=account, name="Order", description_raw=f"What is bought at {marker}.")
    feeds(parent, orders)
    feeds(orders, child)
    pinned(orders, term)
    tagged(orders, TagFactory.create(account=account, label=f"orders-{marker}"))
    owned(orders, owner)
    team = Team.objects.create(name=f"Team {marker}", email=f"{marker}@x.test", **stored(account))
    owned(orders, team)
    for number in range(3):
        ran(
            f"SELECT status FROM {marker} WHERE order_email = '{marker}{number}@x.test'",  # noqa: S608
            orders,
            hash=f"{marker}{number}",
        )
    ran(f'SELECT "{marker}" FROM orders', orders, hash=marker)  # noqa: S608
    QualityCheckFactory.create(table=orders, name=f"fresh {marker}", status="ALERT")
    return orders


@pytest.fixture
def shop(acme, ada):
    ada.first_name, ada.last_name = "Ada", "Lovelace"
    ada.save()
    orders = a_shop(acme, "acorn", ada)
    index_all()
    return orders


def test_all_that_is_known_of_an_asset_is_in_the_evidence(shop, acme):
    evidence, _ = ask(acme, "orders status")
    (orders,) = [one for one in evidence.candidates if one.id == shop.pk]
    assert orders.url == f"{settings.BASE_URL}/assets/tables/{shop.pk}/"
    assert (orders.place, orders.name, orders.path) == ("lakeacorn.sales", "orders", "lakeacorn.sales.orders")
    assert orders.texts == [("description_raw", "Orders of acorn.")]
    assert orders.tags == ["orders-acorn"]
    assert orders.owners == ["Ada Lovelace", "Team acorn"]
    assert (orders.verified, orders.verified_by, orders.deprecated) == (True, "Ada Lovelace", False)
    assert [(one.name, one.personal) for one in reversed(orders.columns)] == [("status", False), ("order_email", True)]
    assert orders.column_count == 2
    assert [(one.kind, one.path) for one in orders.parents] == [("table", "lakeacorn.raw.acorn_events")]
    assert [(one.kind, one.path) for one in orders.children] == [("dashboard", "acorn/Orders acorn")]
    assert [one.path for one in orders.pinned] == ["Order"]
    assert orders.quality == [("fresh acorn", "ALERT")]
    assert orders.freshness == NOW
    assert orders.queries == ["SELECT status FROM acorn WHERE order_email = ?", "SELECT ? FROM orders"]
    evidence, _ = ask(acme, "order")
    assert {one.kind for one in evidence.candidates} == {"table", "dashboard", "term"}
    assert [one.name for one in evidence.terms] == ["Order"]


def test_what_nothing_is_said_of_is_counted_as_none(shop, acme):
    _, draft = ask(acme, "deprecated dashboards")
    assert (draft.markdown, draft.enough) == ("0 dashboards marked as deprecated.", True)


def test_nobodys_address_is_told(shop, acme):
    nameless = UserFactory.create(account=acme, email="secret@acme.test", first_name="secret@acme.test", last_name="")
    owned(shop, nameless)
    Table.objects.filter(pk=shop.pk).update(verified_by_user=nameless, external_description="Ask ops@acme.test. Rows.")
    Column.objects.update(external_description="of x@y.test", description_raw=None)
    TagFactory.create(account=acme, label="mail-z@y.test")
    tagged(shop, Tag.objects.get(label="mail-z@y.test"))
    QualityCheckFactory.create(table=shop, name="tell w@y.test")
    for question in QUESTIONS:
        evidence, draft = ask(acme, question)
        told = f"{evidence.candidates} {draft}"
        assert "@" not in told.replace(NO_MAIL, "")
        assert "test" not in told
    evidence, draft = ask(acme, "Wem gehört orders?")
    assert NAMELESS in evidence.candidates[0].owners
    assert "jemand ohne Namen" in draft.markdown


def test_two_accounts_of_equal_names_never_see_each_other(acme, umbrella, ada, eve):
    ada.first_name, eve.first_name = "acornada", "beeteve"
    ada.save()
    eve.save()
    a_shop(acme, "acorn", ada)
    a_shop(umbrella, "beet", eve)
    index_all()
    theirs = [str(pk) for pk in Table.objects.filter(account=umbrella).values_list("pk", flat=True)]
    names = ["lakebeet.sales.orders", "Orders beet", "Order", *theirs]
    for question in (
        *QUESTIONS,
        *LISTS,
        "beet",
        "lakebeet.sales.orders",
        "beet_events",
        "order_beet",
        "and its columns?",
    ):
        for before in ((), names):
            evidence, draft = ask(acme, question, before=before)
            told = f"{list(evidence.candidates)} {evidence.counts} {draft.cited}"
            assert "beet" not in told, question
            assert not set(theirs) & {str(one.id) for one in (*evidence.candidates, *draft.cited)}
            own = draft.markdown.replace("“beet”", "").replace("“lakebeet”", "").replace("“beet\\_events”", "")
            assert not any(pk in own for pk in theirs)


@pytest.mark.parametrize("question", QUESTIONS)
def test_an_empty_catalog_tells_nothing(acme, question):
    evidence, draft = ask(acme, question)
    assert (evidence.candidates, draft.cited) == ([], [])
    assert draft.enough == (evidence.intent is Intent.COUNT and bool(evidence.counts))
    assert draft.markdown


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_catalog_of_one_asset(acme, question):
    table = a_table(acme, "lake.sales.orders")
    index_all()
    _, draft = ask(acme, question)
    assert {one.id for one in draft.cited} <= {table.pk}
    assert draft.enough == ("zebra" not in question)
    assert draft.markdown


@pytest.mark.parametrize("question", QUESTIONS[:9])
def test_where_everything_is_deprecated_that_is_said(acme, question):
    for number in range(3):
        a_table(acme, f"lake.sales{number}.orders", description_raw="Order status.", deprecated_at=NOW)
    index_all()
    _, draft = ask(acme, question)
    assert draft.enough
    assert "deprecated" in draft.markdown or question.startswith(("Who", "what", "which", "lineage", "What"))
    if question == "orders":
        assert draft.markdown.startswith("All that fits is deprecated.")


def test_what_is_hidden_or_deleted_is_no_evidence(shop, acme):
    hidden = a_table(acme, "shadow.sales.orders", description_raw="Order status.")
    gone = a_table(acme, "lake2.sales.orders", description_raw="Order status.")
    feeds(hidden, shop)
    feeds(shop, gone)
    index_all()
    Database.objects.filter(name="shadow").update(is_hidden=True)
    Table.objects.filter(pk=gone.pk).update(deleted_at=NOW)
    Column.objects.filter(name="order_email").update(deleted_at=NOW)
    for question in (*QUESTIONS, *LISTS):
        evidence, draft = ask(acme, question, before=[str(hidden.pk), str(gone.pk)])
        told = str([evidence.candidates, draft])
        assert str(hidden.pk) not in told
        assert str(gone.pk) not in told
        assert "order_email" not in str([one.columns for one in evidence.candidates])


def test_only_so_many_assets_and_columns_are_taken(acme):
    for number in range(MAX_CANDIDATES + 5):
        table = a_table(acme, f"lake.sales{number}.orders")
    for number in range(MAX_COLUMNS + 5):
        ColumnFactory.create(table=table, name=f"part_{number:02}", source_order=number)
    ColumnFactory.create(table=table, name="late_fee", source_order=99)
    index_all()
    assert len(ask(acme, "orders")[0].candidates) == MAX_CANDIDATES
    evidence, _ = ask(acme, "orders fee")
    (best,) = [one for one in evidence.candidates if one.id == table.pk]
    assert [one.name for one in best.columns] == ["late_fee", *(f"part_{number:02}" for number in range(14))]
    assert best.column_count == MAX_COLUMNS + 6


def test_lineage_is_counted_whole_and_named_in_part(acme):
    orders = a_table(acme, "lake.sales.orders")
    for number in range(25):
        feeds(orders, a_table(acme, f"lake.marts.child_{number:02}", popularity=1_000 * number))
    index_all()
    evidence, draft = ask(acme, "what depends on lake.sales.orders?")
    best = evidence.candidates[0]
    assert [one.path for one in best.children] == [f"lake.marts.child_{24 - number:02}" for number in range(10)]
    assert best.more_children == 15
    assert draft.markdown.startswith("25 assets are directly made from")
    assert "and 15 more" in draft.markdown


@pytest.mark.parametrize(
    "text", ["", " ", "\0", "\ud800", "x" * 9_999, "%_'\"\\", "orders \0 status", "it", "(" * 5_000]
)
def test_any_text_is_answered(shop, acme, text):
    _, draft = ask(acme, text, before=["\0", "\ud800", "x" * 5_000, ""])
    assert draft.markdown


@pytest.mark.parametrize(
    ("sql", "spared"),
    [
        ("SELECT a FROM b WHERE c = 'x@y.test'", "SELECT a FROM b WHERE c = ?"),
        ("SELECT 1, 2.5e3 -- ada\nFROM t /* secret */", "SELECT ?, ? FROM t"),
        ('SELECT "x" FROM "s"."t" WHERE n = "Ada"', 'SELECT ? FROM "s"."t" WHERE n = ?'),
        ("SELECT $$secret$$, 'open", "SELECT ?, ?"),
    ],
)
def test_of_queries_no_value_is_kept(sql, spared):
    assert without_values(sql) == spared
