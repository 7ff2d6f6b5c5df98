import pytest

from catalog.models import PinnedAsset
from tests.api.graphql.mutating import UNKNOWN, mutate, refusal
from tests.catalog.factories import ColumnFactory, TermFactory

ANSWERS = {"upsertPinnedAssets": "{ id }", "removePinnedAssets": ""}


@pytest.fixture
def column(acme):
    return ColumnFactory.create(table__schema__database__source__account=acme, name="total", table__name="orders")


@pytest.fixture
def term(acme):
    return TermFactory.create(account=acme)


def pin(term, column, kinds=("TERM", "COLUMN")):
    return {"from": {"type": kinds[0], "id": str(term)}, "to": {"type": kinds[1], "id": str(column)}}


def test_a_column_is_pinned_to_a_term_and_read_with_its_table(writer, term, column):
    answer = "{ fromTermId toColumnId toTableId toColumn { name table { name } } }"
    assert mutate(writer, "upsertPinnedAssets", [pin(term.pk, column.pk)], answer) == [
        {
            "fromTermId": str(term.pk),
            "toColumnId": str(column.pk),
            "toTableId": None,
            "toColumn": {"name": "total", "table": {"name": "orders"}},
        }
    ]


def test_pinning_twice_and_unpinning_twice_are_fine(writer, term, column):
    rows = [pin(term.pk, column.pk)] * 2
    assert mutate(writer, "upsertPinnedAssets", rows) == mutate(writer, "upsertPinnedAssets", rows)
    for _ in range(2):
        assert mutate(writer, "removePinnedAssets", rows, "") is True
    assert not PinnedAsset.objects.exists()


@pytest.mark.parametrize(("operation", "answer"), ANSWERS.items())
def test_nothing_is_pinned_to_a_column(writer, operation, answer):
    row = pin(UNKNOWN, UNKNOWN, kinds=("COLUMN", "TERM"))
    assert refusal(writer, operation, [row], answer)[:2] == (400, "BAD_USER_INPUT")


@pytest.mark.parametrize(("operation", "answer"), ANSWERS.items())
def test_a_call_takes_500_rows(writer, operation, answer):
    rows = [pin(UNKNOWN, UNKNOWN)] * 501
    assert refusal(writer, operation, rows, answer)[:2] == (400, "BAD_USER_INPUT")
    assert refusal(writer, operation, rows[1:], answer)[:2] == (200, "NOT_FOUND")


@pytest.mark.parametrize(("operation", "answer"), ANSWERS.items())
def test_another_accounts_terms_are_unknown(writer, stranger, term, operation, answer):
    mutate(writer, "upsertPinnedAssets", [pin(term.pk, term.pk, kinds=("TERM", "TERM"))])
    for pk in (str(term.pk), UNKNOWN):
        said = refusal(stranger, operation, [pin(pk, pk, kinds=("TERM", "TERM"))], answer)
        assert said == (200, "NOT_FOUND", f"Term not found: {pk}")
    assert PinnedAsset.objects.count() == 1
