import pytest

from catalog.models import QualityCheck
from tests.api.graphql.mutating import UNKNOWN, mutate, refusal
from tests.catalog.factories import ColumnFactory, TableFactory

ANSWER = "{ externalId name status columnId runAt source url }"
EARLY, LATE = "2026-11-24T12:00:00Z", "2026-11-24T15:00:00+02:00"


@pytest.fixture
def table(acme):
    return TableFactory.create(schema__database__source__account=acme)


def run(external_id="fresh", run_at=EARLY, **values):
    return {"externalId": external_id, "name": "Fresh", "runAt": run_at, "status": "ALERT"} | values


def upload(secret, table, *checks):
    return mutate(secret, "upsertDataQualities", {"tableId": str(table.pk), "qualityChecks": checks}, ANSWER)


def named(pk, *external_ids):
    return {"qualityChecks": [{"tableId": str(pk), "externalId": external_id} for external_id in external_ids]}


def test_a_run_is_stored(writer, table):
    column = ColumnFactory.create(table=table)
    (answer,) = upload(writer, table, run(columnId=str(column.pk), url="https://checks.acme.test/1"))
    assert answer == {
        "externalId": "fresh",
        "name": "Fresh",
        "status": "ALERT",
        "columnId": str(column.pk),
        "runAt": 1795521600000,
        "source": "API",
        "url": "https://checks.acme.test/1",
    }


def test_an_older_run_is_ignored(writer, table):
    (late,) = upload(writer, table, run(run_at=LATE, status="SUCCESS"))
    assert upload(writer, table, run()) == [late]
    assert upload(writer, table, run(run_at=LATE))[0]["status"] == "ALERT"
    assert QualityCheck.objects.get().status == "ALERT"


def test_a_check_that_was_removed_comes_back(writer, table):
    upload(writer, table, run(run_at=LATE), run("other"))
    for _ in range(2):
        assert mutate(writer, "removeDataQualities", named(table.pk, "fresh", "unheard of"), "") is True
    assert QualityCheck.objects.get(deleted_at=None).external_id == "other"
    upload(writer, table, run())
    assert QualityCheck.objects.filter(deleted_at=None).count() == 2


def test_a_column_is_one_of_the_table(writer, table):
    elsewhere = ColumnFactory.create(table=TableFactory.create(schema=table.schema))
    for pk in (str(elsewhere.pk), UNKNOWN):
        data = {"tableId": str(table.pk), "qualityChecks": [run(columnId=pk)]}
        assert refusal(writer, "upsertDataQualities", data) == (200, "NOT_FOUND", f"Column not found: {pk}")


@pytest.mark.parametrize("odd", [{"name": ""}, {"url": "nowhere"}, {"externalId": " "}, {"runAt": "yesterday"}])
def test_odd_runs_are_refused(writer, odd):
    data = {"tableId": UNKNOWN, "qualityChecks": [run() | odd]}
    assert refusal(writer, "upsertDataQualities", data)[:2] == (400, "BAD_USER_INPUT")


@pytest.mark.parametrize(("count", "refused"), [(501, (400, "BAD_USER_INPUT")), (500, (200, "NOT_FOUND"))])
def test_a_call_takes_500_checks(writer, count, refused):
    data = {"tableId": UNKNOWN, "qualityChecks": [run(f"check {number}") for number in range(count)]}
    assert refusal(writer, "upsertDataQualities", data)[:2] == refused
    assert refusal(writer, "removeDataQualities", named(UNKNOWN, *["fresh"] * count), "")[:2] == refused


def test_another_accounts_tables_are_unknown(writer, stranger, table):
    upload(writer, table, run())
    for pk in (str(table.pk), UNKNOWN):
        said = (200, "NOT_FOUND", f"Table not found: {pk}")
        assert refusal(stranger, "upsertDataQualities", {"tableId": pk, "qualityChecks": [run(run_at=LATE)]}) == said
        assert refusal(stranger, "removeDataQualities", named(pk, "fresh"), "") == said
    assert QualityCheck.objects.get(deleted_at=None).run_at.hour == 12
