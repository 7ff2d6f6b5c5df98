import pytest

from catalog.models import Tag
from tests.api.graphql.mutating import UNKNOWN, mutate, refusal
from tests.catalog.factories import DashboardFieldFactory, TableFactory, TagFactory, tagged

OPERATIONS = ("attachTags", "detachTags")


@pytest.fixture
def table(acme):
    return TableFactory.create(schema__database__source__account=acme)


def on(pk, label="PII", kind="TABLE"):
    return {"entityType": kind, "entityId": str(pk), "label": label}


def test_attaching_makes_the_labels_that_are_missing(acme, writer, table):
    field = DashboardFieldFactory.create(dashboard__source__account=acme)
    rows = [on(table.pk), on(table.pk, " Gold "), on(field.pk, "Gold", "DASHBOARD_FIELD")]
    for _ in range(2):
        assert mutate(writer, "attachTags", rows, "") is True
    assert sorted(table.tag_entities.values_list("tag__label", "origin")) == [("Gold", "USER"), ("PII", "USER")]
    assert field.tag_entities.get().tag.label == "Gold"


def test_detaching_deletes_the_labels_that_nothing_carries(writer, table):
    mutate(writer, "attachTags", [on(table.pk), on(table.pk, "Gold")], "")
    for _ in range(2):
        assert mutate(writer, "detachTags", [on(table.pk)], "") is True
    assert Tag.objects.get().label == "Gold"


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("label", ["", "  ", "a" * 201])
def test_a_label_is_a_text(writer, operation, label):
    assert refusal(writer, operation, [on(UNKNOWN, label)], "")[:2] == (400, "BAD_USER_INPUT")


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_call_takes_500_rows(writer, operation):
    rows = [on(UNKNOWN)] * 501
    assert refusal(writer, operation, rows, "")[:2] == (400, "BAD_USER_INPUT")
    assert refusal(writer, operation, rows[1:], "")[:2] == (200, "NOT_FOUND")


@pytest.mark.parametrize("operation", OPERATIONS)
def test_another_accounts_tables_are_unknown(acme, stranger, table, operation):
    entity = tagged(table, TagFactory.create(account=acme, label="PII"))
    for pk in (str(table.pk), UNKNOWN):
        assert refusal(stranger, operation, [on(pk)], "") == (200, "NOT_FOUND", f"Table not found: {pk}")
    assert (table.tag_entities.get(), Tag.objects.get()) == (entity, entity.tag)
