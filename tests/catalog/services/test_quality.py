from datetime import timedelta

import pytest

from catalog.errors import NotFound
from catalog.ids import uuid7
from catalog.models import QualityCheck
from catalog.services.usage import remove_data_qualities, upsert_data_qualities
from tests.catalog.factories import ColumnFactory, TableFactory
from tests.factories import NOW

BEFORE, AFTER = NOW - timedelta(microseconds=1), NOW + timedelta(microseconds=1)


@pytest.fixture
def table(acme):
    return TableFactory.create(schema__database__source__account=acme)


def run(external_id="fresh", run_at=NOW, **values):
    return {
        "external_id": external_id,
        "name": f"{external_id} at {run_at}",
        "run_at": run_at,
        "status": "ALERT",
    } | values


def upload(table, *checks, now=NOW):
    return upsert_data_qualities(
        table.account, row={"table_id": str(table.pk), "quality_checks": checks}, by=None, now=now
    )


def remove(table, *external_ids, account=None):
    checks = [{"table_id": str(table.pk), "external_id": external_id} for external_id in external_ids]
    remove_data_qualities(account or table.account, row={"quality_checks": checks}, by=None, now=AFTER)


def test_a_check_is_stored_as_it_was_sent(table):
    column = ColumnFactory.create(table=table)
    sent = run(column_id=str(column.pk), description="Daily", url="https://checks.acme.test/1")
    (check,) = upload(table, sent)
    check.refresh_from_db()
    assert {field: getattr(check, field) for field in sent} == sent | {"column_id": column.pk}
    assert (check.table, check.account, check.source, check.created_at) == (table, table.account, "API", NOW)


@pytest.mark.parametrize(("run_at", "replaced"), [(BEFORE, False), (NOW, True), (AFTER, True)])
def test_an_older_run_is_ignored(table, run_at, replaced):
    (first,) = upload(table, run())
    (check,) = upload(table, run(run_at=run_at, name="later", status="SUCCESS"))
    wanted = ("later", run_at, "SUCCESS") if replaced else (first.name, NOW, "ALERT")
    assert (check.name, check.run_at, check.status) == wanted
    assert QualityCheck.objects.values_list("pk", "name", "run_at", "status").get() == (first.pk, *wanted)


def test_the_newest_run_of_an_upload_wins_wherever_it_stands(table):
    checks = upload(table, run(run_at=NOW), run(run_at=AFTER), run(run_at=BEFORE), run("other"))
    assert [check.run_at for check in checks] == [AFTER, AFTER, AFTER, NOW]
    assert QualityCheck.objects.get(external_id="fresh").run_at == AFTER


def test_what_was_not_given_stays_and_null_takes_away(table):
    upload(table, run(description="Daily", url="https://checks.acme.test/1"))
    (check,) = upload(table, run(run_at=AFTER, url=None))
    assert (check.description, check.url) == ("Daily", None)


def test_a_run_of_another_tool_is_replaced_with_all_that_it_said(table):
    upload(table, run())
    QualityCheck.objects.update(source="Soda", result="3 rows are late")
    (check,) = upload(table, run(run_at=AFTER, status="SUCCESS"))
    assert (check.source, check.result) == ("API", None)


def test_the_same_check_of_another_table_is_another(table):
    other = TableFactory.create(schema=table.schema)
    upload(table, run())
    upload(other, run())
    remove(other, "fresh")
    assert QualityCheck.objects.get(deleted_at=None).table == table


def test_what_was_removed_comes_back_when_it_is_sent_again(table):
    (check,) = upload(table, run(), run("other"))[:1]
    for _ in range(2):
        remove(table, "fresh", "never heard of")
    assert QualityCheck.objects.get(deleted_at=AFTER) == check
    (back,) = upload(table, run(run_at=BEFORE))
    assert (back.pk, back.deleted_at, back.run_at) == (check.pk, None, BEFORE)


def test_a_column_is_one_of_the_table(table):
    elsewhere = ColumnFactory.create(table=TableFactory.create(schema=table.schema))
    for unknown in (elsewhere.pk, uuid7(), "no id"):
        with pytest.raises(NotFound, match=f"^Column not found: {unknown}$"):
            upload(table, run(), run("other", column_id=str(unknown)))
    assert not QualityCheck.objects.exists()


def test_another_accounts_table_is_as_unknown_as_one_that_never_was(acme, umbrella):
    theirs = TableFactory.create(schema__database__source__account=umbrella)
    upload(theirs, run())
    for unknown in (theirs, TableFactory.build(schema=theirs.schema)):
        row = {"table_id": str(unknown.pk), "quality_checks": [run(run_at=AFTER)]}
        with pytest.raises(NotFound, match=f"^Table not found: {unknown.pk}$"):
            upsert_data_qualities(acme, row=row, by=None, now=NOW)
        with pytest.raises(NotFound, match=f"^Table not found: {unknown.pk}$"):
            remove(unknown, "fresh", account=acme)
    assert QualityCheck.objects.get(deleted_at=None).run_at == NOW


def test_five_hundred_checks_take_as_many_queries_as_a_few(table, django_assert_max_num_queries):
    columns = ColumnFactory.create_batch(5, table=table)
    checks = [run(f"check {number}", column_id=str(columns[number % 5].pk)) for number in range(500)]
    for run_at in (NOW, AFTER):
        with django_assert_max_num_queries(40):  # SQLite takes 999 values in a statement
            upload(table, *[check | {"run_at": run_at} for check in checks])
    with django_assert_max_num_queries(8):
        remove(table, *[check["external_id"] for check in checks])
    assert QualityCheck.objects.filter(deleted_at=AFTER, run_at=AFTER).count() == 500
