"""The search by words: what real people type, and what they must not find."""

from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.template import Context, Template

from catalog.index.writing import refresh
from catalog.models import Table
from catalog.models.assets import AssetKind
from catalog.queries.assets import find as find_assets
from catalog.queries.holding import AssetSearch
from catalog.queries.matches import Matcher
from catalog.queries.near_words import slips
from catalog.queries.search import OF_A_WORD, find, is_behind
from catalog.queries.search_text import parse
from catalog.queries.visibility import shown_rows
from tests.catalog.factories import ColumnFactory, DashboardFactory, TagFactory, TermFactory, a_table, owned, tagged
from tests.catalog.keeping import LATER, index_all
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(acme, ada):
    """A small catalog, indexed."""
    orders = a_table(acme, "lake.sales.fct_orders", description_raw="One row for each paid order, with its revenue.")
    ColumnFactory.create(table=orders, name="status", external_description="Open, paid or cancelled.")
    tagged(orders, TagFactory.create(account=acme, label="finance"))
    owned(orders, ada)
    a_table(acme, "lake.raw.parcels", description_raw="What was shipped.")
    a_table(acme, "lake.raw.customers", external_description="Who buys.")
    DashboardFactory.create(source__account=acme, name="Weekly numbers", folder_path="Company/Logistics")
    TermFactory.create(account=acme, name="Churn", description_raw="Customers who left.")
    index_all()
    return acme


def names_of(account, question, **options):
    hits = find(account, question, **options).items
    names: dict[UUID, str] = {}
    for kind in AssetKind:
        names |= dict(shown_rows(account, kind).values_list("pk", "name"))
    return [names[hit.id] for hit in hits]


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("order status", "fct_orders"),
        ("orders", "fct_orders"),
        ("fct_orders", "fct_orders"),
        ("lake.raw.parcels", "parcels"),
        ("finance", "fct_orders"),
        ("sales revenue cancelled", "fct_orders"),
        ("logistics", "Weekly numbers"),
        ("parcles", "parcels"),
        ("custmers", "customers"),  # whose stem is three letters away
        ("parcelment", "parcels"),
        ("custo", "customers"),
        ("Umsatz je Tag", "fct_orders"),  # je is French, too
        ("Welche Tabelle enthält den Umsatz?", "fct_orders"),
        ("Kundenabwanderung der Kunden", "customers"),
        ("quelle table contient les colis ?", "parcels"),
        ("what is churn", "Churn"),
    ],
)
def test_what_people_type_finds_what_they_mean(shop, question, first):
    assert names_of(shop, question)[0] == first


def test_words_in_three_fields_and_an_owner_find_the_table_on_the_page(shop, ada):
    search = AssetSearch(parse(f"order finance {ada.email}"))
    assert find_assets(shop, search, page=1).assets[0].reference.name == "fct_orders"


def test_a_column_is_found_by_its_name_and_its_tables(shop):
    assert names_of(shop, "order status", kinds=[AssetKind.COLUMN]) == ["status"]


def test_what_is_gone_is_not_found_whatever_the_index_says(shop):
    Table.objects.filter(name="parcels").update(deleted_at=NOW)
    assert "parcels" not in names_of(shop, "parcels")


def test_another_accounts_tables_are_not_found(shop, umbrella):
    a_table(umbrella, "lake.raw.parcels")
    index_all()
    assert names_of(umbrella, "parcels") == ["parcels"]
    assert names_of(umbrella, "orders customers churn") == []
    assert find(umbrella, "churn").unknown == ["churn"]


def test_what_is_verified_comes_before_its_copies(shop):
    copies = [a_table(shop, f"lake.copy{number}.parcels", description_raw="What was shipped.") for number in range(3)]
    Table.objects.filter(pk=copies[1].pk).update(verified_at=NOW)
    Table.objects.filter(pk=copies[2].pk).update(deprecated_at=NOW)
    index_all()
    hits = find(shop, "parcels shipped").items
    assert hits[0].id == copies[1].pk
    assert hits[-1].id == copies[2].pk


def test_evidence_is_what_part_of_the_question_the_best_cover(shop):
    assert find(shop, "paid order revenue").evidence == 1.0
    assert find(shop, "nuclear reactor temperature").evidence == 0.0
    assert find(shop, "order of the nuclear reactor").evidence < 0.5
    assert find(shop, "order of the nuclear reactor").unknown == ["nuclear", "reactor"]


def test_what_one_group_knows_is_not_unknown(shop):
    kinds = [AssetKind.TABLE, AssetKind.COLUMN]
    assert find(shop, "status", kinds=kinds).unknown == find(shop, "revenue", kinds=kinds).unknown == []
    assert find(shop, "volcano revenue status", kinds=kinds).unknown == ["volcano"]


def test_what_may_mean_something_else_is_half_the_evidence(shop):
    assert find(shop, "parcels").evidence == 1.0
    assert find(shop, "package").evidence == find(shop, "parcles").evidence == 0.5
    assert find(shop, "colis").evidence == 1.0


def test_the_words_of_a_name_that_nothing_has_are_evidence(shop):
    assert find(shop, "stg_orders").evidence < find(shop, "sales_orders").evidence == 1.0
    assert find(shop, "stg_orders").unknown == ["stg"]


def test_a_word_that_says_little_of_an_asset_is_little_evidence(shop):
    wide = a_table(shop, "lake.raw.readings")
    for number in range(100):
        ColumnFactory.create(table=wide, name="turbine" if not number else f"sensor{number}")
    index_all()
    assert 0 < find(shop, "turbine").evidence < 0.8


@pytest.mark.parametrize("question", ["", "the of", "\0", "%", "' OR 1=1 --", "\ud800", "x" * 20_000, "a b c " * 3_000])
def test_any_text_is_an_answer(shop, question):
    assert isinstance(find(shop, question).items, list)


def test_as_many_queries_however_long_the_question(shop, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        find(shop, "which orders and parcels and customers churn by status, finance and revenue in sales " * 5)
    with django_assert_max_num_queries(12):
        find(shop, "unheard tidings of strange volcanoes telemetry reactors glaciers submarines " * 5)


def test_the_best_postings_of_a_word_are_read_off_the_key_without_a_sort(shop):
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # of a handful of rows it would read all
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
            cursor.execute(f"EXPLAIN {OF_A_WORD.format(limit=10)}", [1.0, shop.pk, 1, "order"])
            wanted = "Index Only Scan Backward"
        else:
            cursor.execute(f"EXPLAIN QUERY PLAN {OF_A_WORD.format(limit=10)}", [1.0, shop.pk, 1, "order"])
            wanted = "USING PRIMARY KEY (account_id=? AND group=? AND word=?)"
        plan = str(cursor.fetchall())
    assert wanted in plan
    assert "Sort" not in plan
    assert "TEMP B-TREE" not in plan


def test_the_page_says_so_while_the_index_is_behind(shop):
    assert not is_behind(shop, now=LATER)
    ids = [a_table(shop, f"lake.many.table_{number}").pk for number in range(2)]
    refresh(shop, {AssetKind.TABLE: [*ids, *(uuid4() for _ in range(1_000))]}, now=NOW)
    assert is_behind(shop, now=LATER)


@pytest.mark.parametrize(
    ("one", "other", "number"),
    [
        ("orders", "orders", 0),
        ("oders", "orders", 1),
        ("ordres", "orders", 1),
        ("parcel", "parsels", 2),
        ("a", "xyz", 3),
        ("", "xyz", 3),
    ],
)
def test_slips_between_words(one, other, number):
    assert slips(one, other, 9)[-1] == number


def test_slips_to_each_beginning_of_a_word():
    assert slips("custom", "custmers", 9) == [6, 5, 4, 3, 2, 1, 2, 3, 4]


@pytest.mark.parametrize(("one", "read"), [("zzzzzzzzzz", 3), ("custzzzzzz", 7), ("customer", 8)])
def test_a_word_is_compared_until_there_are_too_many_slips(one, read):
    letters = []

    class Read(str):
        __slots__ = ()

        def __iter__(self):
            for letter in str(self):
                letters.append(letter)
                yield letter

    slips(Read(one), "customer", 2)
    assert len(letters) == read


def test_what_was_looked_for_is_marked_and_everything_else_escaped():
    template = Template("{% load catalog_texts %}{{ name|marked:matcher }}")
    text = template.render(Context({"name": "fct_orders <b>", "matcher": Matcher(["order"])}))
    assert text == "fct_<mark>orders</mark> &lt;b&gt;"


@pytest.mark.parametrize(
    ("typed", "text", "marked"),
    [
        (["order"], "fct_orders", ["orders"]),
        (["the", "order"], "the order", ["order"]),
        (["the"], "the order", ["the"]),
        (["umsatze"], "Umsätze", ["Umsätze"]),
        (["commande"], "Une commandé", ["commandé"]),
        (["rder"], "fctOrders", ["rder"]),
        (["net revenue"], "Net revenue", ["Net revenue"]),
        (["quantity"], "qty", ["qty"]),
        (["status"], "stg_staging_status", ["status"]),
    ],
)
def test_the_words_that_match_are_marked_as_they_are_written(typed, text, marked):
    pieces = list(Matcher(typed).pieces(text))
    assert "".join(piece for piece, _ in pieces) == text
    assert [piece for piece, is_marked in pieces if is_marked] == marked


@pytest.mark.parametrize(
    ("text", "excerpt"),
    [
        ("A table. One row an order.\nMore orders", "One row an order."),
        ("Nothing of it.", ""),
        ("x" * 300 + " order", "…" + "x" * 39 + " order"),
        ("orders " + "y" * 300, "orders " + "y" * 153 + "…"),
    ],
)
def test_of_a_description_the_sentence_with_what_matches_is_shown(text, excerpt):
    assert Matcher(["order"]).excerpt(text) == excerpt


def test_a_word_of_one_group_is_not_unknown_for_another(shop):
    assert find(shop, "status parcels", kinds=[AssetKind.TABLE, AssetKind.COLUMN]).unknown == []


def test_a_mistyped_word_is_told_with_what_it_was_taken_for(shop):
    found = find(shop, "parcles")
    assert (found.guessed, found.unknown) == ({"parcles": ["parcel"]}, [])
    assert find(shop, "parcel").guessed == {}
