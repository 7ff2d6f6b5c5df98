import pytest

from catalog.choices import TagEntityOrigin
from catalog.errors import NotFound
from catalog.ids import uuid7
from catalog.models import Tag, TagEntity
from catalog.services.knowledge import attach_tags, detach_tags
from tests.catalog.factories import (
    ColumnFactory,
    DashboardFieldFactory,
    TableFactory,
    TagFactory,
    TermFactory,
    kind,
    tagged,
)
from tests.factories import NOW


@pytest.fixture
def table(acme):
    return TableFactory.create(schema__database__source__account=acme)


def on(asset, label="PII"):
    return {"entity_type": kind(asset).upper(), "entity_id": str(asset.pk), "label": label}


def test_missing_labels_are_made_and_put_on_every_kind_of_asset(acme):
    column = ColumnFactory.create(table__schema__database__source__account=acme)
    field = DashboardFieldFactory.create(dashboard__source__account=acme)
    assets = [column, column.table, field, field.dashboard, TermFactory.create(account=acme)]
    attach_tags(acme, rows=[on(asset, " Gold ") for asset in assets], by=None, now=NOW)
    assert Tag.objects.get().label == "Gold"
    for asset in assets:
        assert asset.tag_entities.get().origin == TagEntityOrigin.USER


def test_labels_differ_by_their_letters_as_given(acme, table):
    attach_tags(acme, rows=[on(table, "pii"), on(table, "PII")], by=None, now=NOW)
    assert set(Tag.objects.values_list("label", flat=True)) == {"pii", "PII"}


def test_attaching_again_changes_nothing(acme, table):
    entity = tagged(table, TagFactory.create(account=acme, label="PII"))
    TagEntity.objects.update(origin=TagEntityOrigin.EXTERNAL)
    attach_tags(acme, rows=[on(table), on(table)], by=None, now=NOW)
    assert list(TagEntity.objects.values_list("pk", "origin")) == [(entity.pk, "EXTERNAL")]


def test_each_account_has_its_own_labels(acme, umbrella, table):
    theirs = TagFactory.create(account=umbrella, label="PII")
    attach_tags(acme, rows=[on(table)], by=None, now=NOW)
    assert table.tag_entities.get().tag != theirs
    detach_tags(acme, rows=[on(table)], by=None, now=NOW)
    assert list(Tag.objects.all()) == [theirs]


def test_a_tag_that_nothing_carries_any_more_is_deleted(acme, table):
    other = TableFactory.create(schema=table.schema)
    attach_tags(acme, rows=[on(table), on(other)], by=None, now=NOW)
    detach_tags(acme, rows=[on(table)], by=None, now=NOW)
    assert Tag.objects.get().entities.get().table == other
    detach_tags(acme, rows=[on(other)], by=None, now=NOW)
    assert not Tag.objects.exists()


def test_a_tag_that_is_linked_with_a_term_stays(acme, table):
    tag = TagFactory.create(account=acme, label="PII", linked_term=TermFactory.create(account=acme))
    tagged(table, tag)
    detach_tags(acme, rows=[on(table)], by=None, now=NOW)
    assert (list(Tag.objects.all()), TagEntity.objects.count()) == ([tag], 0)


def test_detaching_what_is_not_attached_deletes_no_tag(acme, table):
    TagFactory.create(account=acme, label="PII")
    detach_tags(acme, rows=[on(table), on(table, "never heard of")], by=None, now=NOW)
    assert Tag.objects.get().label == "PII"


@pytest.mark.parametrize("detach", [False, True])
def test_another_accounts_table_is_as_unknown_as_one_that_never_was(acme, umbrella, table, detach):
    theirs = tagged(
        TableFactory.create(schema__database__source__account=umbrella),
        TagFactory.create(account=umbrella, label="PII"),
    )
    for unknown in (theirs.table_id, uuid7()):
        rows = [on(table), on(table) | {"entity_id": str(unknown)}]
        with pytest.raises(NotFound, match=f"^Table not found: {unknown}$"):
            detach_tags(acme, rows=rows, by=None, now=NOW) if detach else attach_tags(acme, rows=rows, by=None, now=NOW)
    assert list(TagEntity.objects.all()) == [theirs]
    assert Tag.objects.count() == 1


def test_five_hundred_tags_take_as_many_queries_as_a_few(acme, table, django_assert_max_num_queries):
    rows = [on(table, f"label {number}") for number in range(500)]
    with django_assert_max_num_queries(45):  # SQLite takes 999 values in a statement
        attach_tags(acme, rows=rows, by=None, now=NOW)
        detach_tags(acme, rows=rows[1:], by=None, now=NOW)
    assert Tag.objects.get().label == "label 0"
