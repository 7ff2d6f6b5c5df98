"""Quality checks of tables: the last run of each is stored."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from accounts.actors import Actor
from accounts.checked import Given, Row, check_once
from accounts.models import Account
from catalog.models import Column, QualityCheck, Table
from catalog.models.rows import any_of
from catalog.rules.usage import FormerQualityChecks, QualityRuns, check_former_quality_checks, check_quality_runs
from catalog.services.bulk import record_change
from catalog.services.lookups import find, find_locked, lock_api_source
from database import returning

GIVEN = ("name", "description", "url", "status", "run_at", "column_id")
# What else a run that a program sends makes true: it is the API's, it is there, and no tool has said more of it.
FOLLOWS: dict[str, Any] = {"source": "API", "deleted_at": None, "result": None}


@transaction.atomic
def upsert_data_qualities(
    account: Account, *, row: Given[QualityRuns], by: Actor | None, now: datetime
) -> list[QualityCheck]:
    """The checks of a table as they are afterwards, in the order sent.

    A run replaces the stored one, but for optional fields that were not given, unless it is older; anything replaces
    one that was removed. NotFound for an unknown table, and for columns that are not the table's.
    """
    checked = check_once(check_quality_runs, row)
    # Other uploads for this table wait here, so that an older run never wins.
    (table,) = find_locked(Table.objects.visible_to(account).only("pk"), [checked["table_id"]])
    sent = with_columns(account, table, checked["quality_checks"])
    checks = stored_checks(account, table, sent)
    changed = {}
    for values in sent:
        check = checks.setdefault(values["external_id"], new_check(account, table, values, now=now))
        if replaces(values, check):
            apply(values, check, now=now)
            changed[check.pk] = check
    fields = [*GIVEN, *FOLLOWS, "updated_at"]
    QualityCheck.objects.bulk_create(
        changed.values(), update_conflicts=True, unique_fields=["pk"], update_fields=fields
    )
    record_change("upsert_data_qualities", account, list(changed), kind="quality check", by=by, now=now)
    return [checks[values["external_id"]] for values in sent]


@transaction.atomic
def remove_data_qualities(
    account: Account, *, row: Given[FormerQualityChecks], by: Actor | None, now: datetime
) -> None:
    """Delete checks so that they can come back; one that is not there is fine. NotFound for an unknown table."""
    checked = check_once(check_former_quality_checks, row)
    removed: dict[str, set[str]] = {}
    for check in checked["quality_checks"]:
        removed.setdefault(check["table_id"], set()).add(check["external_id"])
    lock_api_source(account)  # whoever renames what lies above locks the same tables, in another order
    tables = find_locked(Table.objects.visible_to(account).only("pk"), list(removed))
    named = any_of(
        Q(table=table, external_id__in=external_ids)
        for table, external_ids in zip(tables, removed.values(), strict=True)
    )
    there = QualityCheck.objects.visible_to(account).filter(named, deleted_at=None)
    gone = returning.update(there, deleted_at=now, updated_at=now)
    record_change("remove_data_qualities", account, gone, kind="quality check", by=by, now=now)


def with_columns(account: Account, table: Table, sent: Sequence[Row]) -> list[dict[str, Any]]:
    """The runs, with `column_id` as the id of a column of the table. NotFound for any other."""
    columns = Column.objects.visible_to(account).filter(table=table).only("pk")
    texts = list({values["column_id"] for values in sent if values.get("column_id") is not None})
    pks = {text: column.pk for text, column in zip(texts, find(columns, texts), strict=True)} | {None: None}
    return [
        {**values, "column_id": pks[values["column_id"]]} if "column_id" in values else {**values} for values in sent
    ]


def stored_checks(account: Account, table: Table, sent: Sequence[Row]) -> dict[str, QualityCheck]:
    external_ids = {values["external_id"] for values in sent}
    stored = QualityCheck.objects.visible_to(account).filter(table=table, external_id__in=external_ids)
    return {check.external_id: check for check in stored}


def new_check(account: Account, table: Table, values: Row, *, now: datetime) -> QualityCheck:
    return QualityCheck(
        account=account, table=table, external_id=values["external_id"], run_at=values["run_at"], created_at=now
    )


def replaces(values: Row, check: QualityCheck) -> bool:
    return check.deleted_at is not None or values["run_at"] >= check.run_at


def apply(values: Row, check: QualityCheck, *, now: datetime) -> None:
    given = {field: values[field] for field in GIVEN if field in values}
    for field, value in (given | FOLLOWS | {"updated_at": now}).items():
        setattr(check, field, value)
