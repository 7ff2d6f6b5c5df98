"""A warehouse's rows merged into what is stored: who is new, changed, gone and back, and what people wrote."""

import json
from datetime import timedelta

import pytest
from django.db import transaction

from accounts.models import AuditEntry
from catalog.ids import uuid7
from catalog.models import Column, Database, Schema, Table
from catalog.services.merging.comparing import State, compare
from catalog.services.merging.kinds import COLUMN, DATABASE, SCHEMA, TABLE, WAREHOUSE
from catalog.services.merging.service import merge
from catalog.services.merging.staging import staged
from tests.catalog.factories import SourceFactory
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def rows(*given):
    """Rows of one file, as a reader gives them: the id, the parent's id, then the values."""
    return [(1, number, number, pk, parent, True, *values) for number, (pk, parent, *values) in enumerate(given, 2)]


def table(pk, parent, name, text=None, *, tags=None, owner=None):
    """A table's row; without tags and owner they are those of an empty cell."""
    return (pk, parent, name, text, "TABLE", None if tags is None else json.dumps(tags), owner)


SHOP = {
    DATABASE: rows(("d1", None, "shop")),
    SCHEMA: rows(("s1", "d1", "public", None)),
    TABLE: rows(table("t1", "s1", "orders", "From the warehouse"), table("t2", "s1", "people")),
    COLUMN: rows(("c1", "t1", "id", None, "INTEGER", 1, None), ("c2", "t2", "name", "Their name", "STRING", 1, None)),
}


def bring(source, files, *, now=NOW, deletes=WAREHOUSE, absent=()):
    with transaction.atomic(), staged(source, WAREHOUSE) as stage:
        for kind, given in files.items():
            stage.load(kind, given, absent=set(absent) & {*kind.values, *kind.extras})
        comparison, findings = compare(stage, deletes=deletes)
        merge(stage, by=None, now=now)
    return comparison, findings


@pytest.fixture
def source(acme):
    return SourceFactory(account=acme)


def test_new_rows_are_stored_with_their_places(source, acme):
    comparison, findings = bring(source, SHOP)
    assert findings == []
    assert comparison.states["column"] == {State.CREATED: 2}
    orders = Table.objects.get(external_id="t1")
    assert (orders.path, orders.external_description_source, orders.account) == ("shop.public.orders", "DATABASE", acme)
    column = Column.objects.get(external_id="c2")
    assert (column.table.name, column.source, column.is_nullable, column.created_at) == ("people", source, True, NOW)


def test_the_same_again_writes_nothing(source):
    bring(source, SHOP)
    comparison, _ = bring(source, SHOP, now=NOW + timedelta(days=1))
    assert {state for states in comparison.states.values() for state in states} == {State.UNCHANGED}
    assert set(Table.objects.values_list("updated_at", flat=True)) == {NOW}


def test_what_is_absent_goes_and_comes_back_as_the_same_row(source):
    bring(source, SHOP)
    before = Table.objects.get(external_id="t2")
    Table.objects.filter(pk=before.pk).update(description_raw="Ours")
    comparison, _ = bring(source, SHOP | {TABLE: SHOP[TABLE][:1], COLUMN: SHOP[COLUMN][:1]})
    assert comparison.deleted == {"database": 0, "schema": 0, "table": 1, "column": 1}
    assert Table.objects.get(external_id="t2").deleted_at == NOW
    comparison, _ = bring(source, SHOP)
    assert comparison.states["table"] == {State.RESTORED: 1, State.UNCHANGED: 1}
    after = Table.objects.get(external_id="t2")
    assert (after.pk, after.deleted_at, after.description_raw) == (before.pk, None, "Ours")


def test_a_renamed_schema_goes_into_paths_with_and_without_the_tables(source):
    bring(source, SHOP)
    bring(source, {SCHEMA: rows(("s1", "d1", "open", None))})
    assert Table.objects.get(external_id="t1").path == "shop.open.orders"
    bring(source, SHOP)
    assert Table.objects.get(external_id="t1").path == "shop.public.orders"
    assert Schema.objects.count() == Database.objects.count() == 1


def test_what_is_wrong_is_told_and_keeps_what_is_stored(source):
    bring(source, SHOP)
    comparison, findings = bring(
        source,
        SHOP
        | {
            TABLE: rows(
                table("t1", "s9", "orders"),
                table("t2", "s1", "people"),
                table("t2", "s1", "b"),
            ),
            COLUMN: rows(
                ("c1", "t1", "id", None, "INTEGER", 1, None),
                ("c2", "t2", "name", "Their name", "STRING", 1, None),
                ("c3", "t2", "name", None, "STRING", 2, None),
            ),
        },
    )
    assert [(one.kind, one.row, one.word, one.value) for one in findings] == [
        ("column", 4, "duplicate_value", "name"),
        ("table", 2, "unknown_reference", "s9"),
        ("table", 4, "duplicate_value", "t2"),
    ]
    assert comparison.deleted["table"] == 0
    assert Table.objects.get(external_id="t1").deleted_at is None
    assert Column.objects.get(external_id="c1").deleted_at is None
    assert not Column.objects.filter(external_id="c3").exists()


@pytest.mark.parametrize("origin", ["API", "DBT", "COALESCE"])
def test_a_text_of_somebody_else_stays(source, origin):
    bring(source, SHOP)
    theirs = {"external_description": "Theirs", "external_description_source": origin}
    Table.objects.update(**theirs)
    bring(source, SHOP | {TABLE: rows(table("t1", "s1", "orders", "New"), table("t2", "s1", "people"))})
    texts = Table.objects.values_list("external_description", "external_description_source")
    assert list(texts) == [("Theirs", origin)] * 2


def test_what_a_file_has_no_column_for_stays(source):
    bring(source, SHOP)
    without = [(*row[:7], None, *row[8:]) for row in SHOP[TABLE]]
    bring(source, SHOP | {TABLE: without}, absent=["external_description"])
    assert Table.objects.get(external_id="t1").external_description == "From the warehouse"
    bring(source, SHOP | {TABLE: without})
    assert Table.objects.get(external_id="t1").external_description is None


def test_a_table_moves_and_keeps_its_columns(source):
    bring(source, SHOP)
    before = Table.objects.get(external_id="t1").pk
    moved = rows(table("t1", "s2", "orders"), table("t2", "s1", "people"))
    bring(source, SHOP | {SCHEMA: rows(("s1", "d1", "public", None), ("s2", "d1", "old", None)), TABLE: moved})
    after = Table.objects.get(external_id="t1")
    assert (after.pk, after.path, after.columns.get().name) == (before, "shop.old.orders", "id")


def test_of_rows_with_one_id_in_two_places_the_oldest_is_meant(source):
    bring(source, SHOP)
    orders, people = Table.objects.order_by("external_id")
    twin = Column.objects.get(external_id="c1")
    twin.pk, twin.table = uuid7(), people
    twin.save()
    comparison, _ = bring(source, SHOP)
    assert (comparison.deleted["column"], comparison.states["column"]) == (0, {State.UNCHANGED: 2})
    assert orders.columns.count() == 1


def test_one_entry_of_the_audit_log_tells_how_many_rows(source):
    bring(source, SHOP)
    bring(source, SHOP)
    entry = AuditEntry.objects.get(operation="merge")
    assert (entry.count, entry.detail, entry.account) == (6, source.name, source.account)


def test_another_source_s_rows_with_the_same_ids_are_nobody_s_business(source):
    other = SourceFactory.create()
    bring(other, SHOP)
    bring(source, SHOP)
    bring(source, {DATABASE: [], SCHEMA: [], TABLE: [], COLUMN: []})
    assert set(Column.objects.filter(deleted_at=None).values_list("source", flat=True)) == {other.pk}
