import pytest

from catalog.models import Lineage
from tests.api.graphql.mutating import UNKNOWN, mutate, refusal
from tests.catalog.factories import DashboardFactory, TableFactory, feeds

ANSWER = "{ parentTableId parentDashboardId childTableId childDashboardId lineageType refreshedAt }"
ANSWERS = {"upsertLineages": "{ id }", "deleteLineages": ""}


@pytest.fixture
def table(acme):
    return TableFactory.create(schema__database__source__account=acme)


@pytest.fixture
def dashboard(acme):
    return DashboardFactory.create(source__account=acme)


def between(parent, child):
    return {"parentTableId": str(parent.pk), "childDashboardId": str(child.pk)}


def test_a_lineage_is_the_customer_s(writer, table, dashboard):
    (answer,) = mutate(writer, "upsertLineages", [between(table, dashboard) | {"childTableId": None}], ANSWER)
    assert answer.pop("refreshedAt") > 1_700_000_000_000
    nothing = {"parentDashboardId": None, "childTableId": None}
    assert answer == between(table, dashboard) | nothing | {"lineageType": "MANUAL_CUSTOMER"}


def test_the_same_lineage_twice_is_one(writer, table, dashboard):
    one, other = mutate(writer, "upsertLineages", [between(table, dashboard)] * 2)
    assert one == other
    assert mutate(writer, "upsertLineages", [between(table, dashboard)]) == [one]


def test_lineages_are_deleted_by_their_ends(writer, table, dashboard):
    feeds(table, dashboard)
    for _ in range(2):
        assert mutate(writer, "deleteLineages", [between(table, dashboard)], "") is True
    assert not Lineage.objects.exists()


@pytest.mark.parametrize(("operation", "answer"), ANSWERS.items())
@pytest.mark.parametrize(
    "row",
    [
        {},
        {"parentTableId": UNKNOWN},
        {"parentTableId": UNKNOWN, "childTableId": UNKNOWN, "childDashboardId": UNKNOWN},
        {"parentTableId": UNKNOWN, "childTableId": UNKNOWN.upper()},
    ],
)
def test_a_lineage_has_one_parent_and_another_child(writer, operation, answer, row):
    assert refusal(writer, operation, [row], answer)[:2] == (400, "BAD_USER_INPUT")


@pytest.mark.parametrize(("operation", "answer"), ANSWERS.items())
def test_a_call_takes_500_rows(writer, operation, answer):
    rows = [{"parentTableId": UNKNOWN, "childDashboardId": UNKNOWN}] * 501
    assert refusal(writer, operation, rows, answer)[:2] == (400, "BAD_USER_INPUT")
    assert refusal(writer, operation, rows[1:], answer)[:2] == (200, "NOT_FOUND")


@pytest.mark.parametrize(("operation", "answer"), ANSWERS.items())
def test_another_accounts_tables_are_unknown(stranger, table, dashboard, operation, answer):
    lineage = feeds(table, dashboard)
    for pk in (str(table.pk), UNKNOWN):
        row = {"parentTableId": pk, "childTableId": pk.replace("0", "1")}
        said = refusal(stranger, operation, [row], answer)
        assert said == (200, "NOT_FOUND", f"Table not found: {pk}, {row['childTableId']}")
    assert Lineage.objects.get().updated_at == lineage.updated_at
