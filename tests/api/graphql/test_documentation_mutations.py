import pytest

from catalog.models import Dashboard, Table
from tests.api.graphql.mutating import UNKNOWN, mutate, refusal
from tests.catalog.factories import DashboardFactory, TableFactory

ASSETS = {"updateTablesDocumentation": Table, "updateDashboardsDocumentation": Dashboard}
BOTH = pytest.mark.parametrize("operation", ASSETS)


def asset(operation, account):
    if ASSETS[operation] is Table:
        return TableFactory.create(schema__database__source__account=account, description_raw="Old")
    return DashboardFactory.create(source__account=account, description_raw="Old")


@BOTH
def test_markdown_is_overwritten_without_its_images(acme, writer, operation):
    row = {"id": str(asset(operation, acme).pk), "descriptionRaw": "# New ![a chart](chart.png)"}
    answer = "{ descriptionRaw description descriptionStateLexical lastDescribedByUserId isDescriptionGenerated }"
    [said] = mutate(writer, operation, [row], answer)
    assert said == {
        "descriptionRaw": "# New ",
        "description": "# New ",
        "descriptionStateLexical": None,
        "lastDescribedByUserId": None,
        "isDescriptionGenerated": False,
    }


@BOTH
def test_all_or_none_are_documented(acme, writer, operation):
    rows = [{"id": pk, "descriptionRaw": "New"} for pk in (str(asset(operation, acme).pk), UNKNOWN)]
    assert refusal(writer, operation, rows)[:2] == (200, "NOT_FOUND")
    assert ASSETS[operation].objects.get().description_raw == "Old"


@BOTH
def test_a_call_takes_500_rows(writer, operation):
    rows = [{"id": str(number), "descriptionRaw": "New"} for number in range(501)]
    assert refusal(writer, operation, rows)[:2] == (400, "BAD_USER_INPUT")
    assert refusal(writer, operation, rows[1:])[:2] == (200, "NOT_FOUND")


@BOTH
def test_a_text_has_a_limit(writer, operation):
    row = {"id": UNKNOWN, "descriptionRaw": "a" * 100_001}
    assert refusal(writer, operation, [row])[:2] == (400, "BAD_USER_INPUT")


@BOTH
def test_what_belongs_to_another_account_is_unknown(acme, stranger, operation):
    theirs = asset(operation, acme)
    for pk in (str(theirs.pk), UNKNOWN):
        refused = (200, "NOT_FOUND", f"{type(theirs).__name__} not found: {pk}")
        assert refusal(stranger, operation, [{"id": pk, "descriptionRaw": "Mine"}]) == refused
    assert ASSETS[operation].objects.get().description_raw == "Old"


@BOTH
def test_they_take_a_token_that_may_write(reader, writer, operation):
    assert refusal(reader, operation, [])[:2] == (403, "FORBIDDEN")
    assert mutate(writer, operation, []) == []
