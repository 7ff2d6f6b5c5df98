"""The index says what the rows say, from the transaction that changed them."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import Account
from catalog.index import catching_up, checking, counting, entries, writing
from catalog.index.checking import count_words, differences
from catalog.index.entries import identifiers
from catalog.models import Column, SearchDue, SearchEntry, SearchPosting, SearchWord, Table
from catalog.models.assets import AssetKind
from catalog.models.search import QUERY, SearchGroup
from tests.catalog.factories import (
    ColumnFactory,
    DashboardFactory,
    DashboardFieldFactory,
    SchemaFactory,
    TableFactory,
    TagFactory,
    TermFactory,
    ran,
    tagged,
)
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def a_table(acme, **values):
    return TableFactory.create(schema__database__source__account=acme, **values)


def a_column(acme, **values):
    return ColumnFactory.create(table__schema__database__source__account=acme, **values)


def entry_of(asset):
    return SearchEntry.objects.filter(asset=asset.pk).first()


def posted(account):
    rows = SearchPosting.objects.filter(account=account)
    return set(rows.values_list("word", "impact"))


def indexed(*assets, kind=AssetKind.TABLE):
    writing.refresh(assets[0].account, {kind: [asset.pk for asset in assets]}, now=NOW)


def test_a_table_is_found_by_its_name_place_texts_tags_and_columns(acme):
    table = TableFactory.create(
        schema__database__source__account=acme, schema__name="sales", name="fct_orders", description_raw="Paid ones"
    )
    ColumnFactory.create(table=table, name="net_amount", external_description="In euros")
    tagged(table, TagFactory.create(account=acme, label="Finance"))
    indexed(table)
    said = entry_of(table).words
    assert {"fct", "order", "fct_orders", "sale", "paid", "financ", "net", "amount", "euro"} <= said.keys()
    assert posted(acme) == set(said.items())


@pytest.mark.parametrize(
    ("kind", "factory"),
    [
        (AssetKind.DASHBOARD, DashboardFactory),
        (AssetKind.DASHBOARD_FIELD, DashboardFieldFactory),
        (AssetKind.TERM, TermFactory),
        (AssetKind.COLUMN, ColumnFactory),
    ],
)
def test_every_kind_is_found_by_its_name(kind, factory):
    asset = factory.create(name="churn")
    indexed(asset, kind=kind)
    assert "churn" in entry_of(asset).words


def test_a_query_is_found_by_its_identifiers_author_and_tables_never_by_its_values(acme):
    sql = "select amount from fct_orders where email = 'bob@secret.test' and code = 4711 -- hush"
    query = ran(sql, a_table(acme, name="refunds"), author="ada@acme.test")
    indexed(query, kind=QUERY)
    said = entry_of(query).words
    assert {"amount", "fct_orders", "email", "ada", "refund"} <= said.keys()
    assert not {"bob", "secret", "4711", "hush", "where"} & said.keys()


@pytest.mark.parametrize(
    "sql",
    [
        r"select a from t where who = 'O\'Bob' and x = 'b'",
        r"select a from t where who = 'C:\' and x = 'bob'",
        "select a from t where who = '''it's bob''' or x = 1",
        'select a from t where who = "bob"',
        "select a from t where who = 'it''s' or x = 'bob'",
        "select a from t /* said /* of */ bob */",
        "select a from t # bob\n",
        "select a from t // bob\n",
        "select a from t where who = 'bob",
        'select a from t where who = "bob',
        "select a, `it's` from t where who = 'bob'",
        "select a from t where who = $$bob$$ or x = $b$bob$b$",
    ],
)
def test_no_dialect_makes_a_name_of_a_value_or_a_comment(sql):
    assert next(identifiers(sql)) == "a"
    assert {"bob", "b", "Bob"}.isdisjoint(identifiers(sql))


def test_quoted_names_are_names_where_the_warehouse_quotes_names(acme):
    found = {}
    for technology in ("SNOWFLAKE", "BIGQUERY"):
        table = a_table(acme, schema__database__source__technology=technology)
        query = ran("select \"it's net\" from `my-project-1.sales.t` where x = 'bob'", table, hash=technology)
        indexed(query, kind=QUERY)
        found[technology] = entry_of(query).words.keys() & {"net", "project", "sale", "bob"}
    assert found == {"SNOWFLAKE": {"net", "project", "sale"}, "BIGQUERY": {"project", "sale"}}


def test_what_is_deleted_or_hidden_leaves_the_index(acme):
    gone, hidden = a_table(acme), a_table(acme)
    indexed(gone, hidden)
    Table.objects.filter(pk=gone.pk).update(deleted_at=NOW)
    hidden.schema.is_hidden = True
    hidden.schema.save()
    indexed(gone, hidden)
    assert (SearchEntry.objects.count(), SearchPosting.objects.count()) == (0, 0)


def test_another_accounts_asset_is_not_indexed_for_ours(acme):
    writing.refresh(acme, {AssetKind.TABLE: [TableFactory.create().pk]}, now=NOW)
    assert not SearchEntry.objects.exists()


def test_a_change_exchanges_the_words_that_changed_alone(acme):
    table = a_table(acme, name="orders", description_raw="of shops")
    indexed(table)
    entry = entry_of(table)
    Table.objects.filter(pk=table.pk).update(description_raw="of parcels")
    indexed(table)
    assert entry_of(table).pk == entry.pk
    assert "parcel" in entry_of(table).words
    assert "shop" not in entry_of(table).words
    assert posted(acme) == set(entry_of(table).words.items())


def test_what_has_not_changed_is_not_written(acme):
    table = a_table(acme)
    indexed(table)
    SearchDue.objects.all().delete()
    indexed(table)
    assert not SearchDue.objects.exists()


def test_as_many_queries_for_many_tables_as_for_two(acme, django_assert_max_num_queries):
    schema = SchemaFactory.create(database__source__account=acme)
    tables = [TableFactory.create(schema=schema) for _ in range(40)]
    with django_assert_max_num_queries(80) as two:
        indexed(*tables[:2])
    with django_assert_max_num_queries(len(two)):
        indexed(*tables[2:])


def test_a_table_and_its_columns_go_together(acme):
    column = a_column(acme)
    table = {AssetKind.TABLE: [column.table_id]}
    writing.refresh_below(acme, "table", [column.table_id], also=table, now=NOW)
    assert SearchEntry.objects.count() == 2
    Table.objects.update(deleted_at=NOW)
    writing.refresh_below(acme, "table", [column.table_id], also=table, now=NOW)
    assert not SearchEntry.objects.exists()


def test_a_table_is_found_at_once_however_many_columns_it_has(acme, monkeypatch):
    monkeypatch.setattr(writing, "MAX_AT_ONCE", 2)
    column = a_column(acme)
    ColumnFactory.create(table=column.table)
    writing.refresh_below(acme, "table", [column.table_id], also={AssetKind.TABLE: [column.table_id]}, now=NOW)
    assert SearchEntry.objects.get().asset == column.table_id
    catching_up.catch_up(now=NOW, account=acme)
    assert SearchEntry.objects.count() == 3


def test_tables_of_more_than_one_transaction_may_index_wait_with_what_lies_in_them(acme, monkeypatch):
    monkeypatch.setattr(writing, "MAX_AT_ONCE", 2)
    monkeypatch.setattr(catching_up, "SLICE", 2)
    tables = [a_column(acme).table_id for _ in range(4)]
    writing.refresh_below(acme, "table", tables, also={AssetKind.TABLE: tables}, now=NOW)
    assert not SearchEntry.objects.exists()
    catching_up.catch_up(now=NOW, account=acme)
    assert SearchEntry.objects.count() == 8


def test_words_are_counted_by_group_and_account(acme):
    schema = SchemaFactory.create(database__source__account=acme)
    one, other = (
        TableFactory.create(schema=schema, name="orders"),
        TableFactory.create(schema=schema, name="order_lines"),
    )
    stranger = TableFactory.create(name="orders")
    indexed(one, other)
    indexed(stranger)
    counts = dict(SearchWord.objects.filter(account=acme, group=SearchGroup.ASSETS).values_list("word", "entries"))
    assert (counts["order"], counts["line"], counts[""]) == (2, 1, 2)
    assert SearchWord.objects.get(account=stranger.account, word="").entries == 1


def test_a_word_that_nothing_has_any_more_is_not_counted(acme):
    table = a_table(acme, name="orders")
    indexed(table)
    assert SearchWord.objects.filter(word="order").exists()
    Table.objects.update(deleted_at=NOW)
    indexed(table)
    assert not SearchWord.objects.exists()


def test_a_change_counts_what_it_changed_alone(acme):
    table, other = a_table(acme, name="orders", description_raw="of shops"), a_table(acme, name="orders_2")
    indexed(table, other)
    Table.objects.filter(pk=table.pk).update(description_raw="of parcels")
    with CaptureQueriesContext(connection) as captured:
        indexed(table)
    assert not [query for query in captured if "COUNT(" in query["sql"]]
    written = [query["sql"] for query in captured if "searchword" in query["sql"]]
    assert any("parcel" in sql for sql in written)
    assert not any("order" in sql.partition("VALUES")[2] for sql in written)
    assert count_words(acme, mend=False) == 0


def test_a_write_that_is_undone_leaves_the_counts_as_they_were(acme):
    table = a_table(acme, name="orders")
    indexed(table)
    other = a_table(acme, name="orders_2")
    with transaction.atomic():
        indexed(other)
        transaction.set_rollback(True)
    assert SearchWord.objects.get(word="order").entries == 1
    assert count_words(acme, mend=False) == 0


def test_the_check_finds_words_that_are_counted_wrongly_and_counting_anew_mends_them(acme, monkeypatch):
    monkeypatch.setattr(counting, "AT_ONCE", 2)
    indexed(a_table(acme, name="orders_of_many_shops"))
    SearchWord.objects.filter(word="order").delete()
    SearchWord.objects.filter(word__in=["shop", ""]).update(entries=7)
    SearchWord.objects.create(account=acme, group=SearchGroup.FIELDS, word="gone", entries=1, first="g", length=4)
    assert list(differences(acme)) == ["4 words are counted wrongly"]
    assert count_words(acme) == 4
    assert list(differences(acme)) == []


def test_postings_are_mended_in_slices_between_which_others_may_write(acme, monkeypatch):
    monkeypatch.setattr(checking, "AT_ONCE", 1)
    monkeypatch.setattr(checking, "POSTINGS_AT_ONCE", 1)
    tables = [a_table(acme, name=name) for name in ("orders", "parcels", "shops")]
    indexed(*tables)
    SearchPosting.objects.filter(word__in=["order", "parcel"]).delete()
    SearchPosting.objects.filter(word="shop").update(impact=7)
    slices: list[Account] = []
    monkeypatch.setattr(checking, "lock_index", slices.append)
    checking.mend_postings(acme)
    assert len(slices) > len(tables)
    monkeypatch.undo()
    assert list(differences(acme)) == []


def test_the_check_names_what_somebody_wrote_by_hand(acme):
    table, column = a_table(acme), a_column(acme)
    indexed(table)
    assert len(list(differences(acme))) == 2  # the column, and its table
    indexed(column, kind=AssetKind.COLUMN)
    indexed(column.table)
    assert list(differences(acme)) == []
    Column.objects.update(name="other")
    assert len(list(differences(acme))) == 2


def test_the_check_finds_a_posting_that_is_gone(acme):
    indexed(a_table(acme, name="orders"))
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM catalog_searchposting WHERE word = 'order'")
    assert list(differences(acme)) == ["1 postings are missing, 0 are too many"]


def test_texts_of_a_tables_columns_have_so_much_room_together_and_their_names_any(acme, monkeypatch):
    monkeypatch.setattr(entries, "MAX_PART_TEXT", 12)
    monkeypatch.setattr(entries, "MAX_TEXTS_OF_PARTS", 20)
    table = a_table(acme)
    for name, text in (("parcel", "weight grams kilos"), ("carrier", "postman"), ("driver", "licence")):
        ColumnFactory.create(table=table, name=name, description_raw=text)
    writing.refresh(acme, {AssetKind.TABLE.value: [table.pk]}, now=NOW)
    words = entry_of(table).words
    assert {"parcel", "carrier", "driver", "weight", "gram", "postman"} <= words.keys()
    assert not {"kilo", "licenc"} & words.keys()
