"""Many rows at once: from what was given to what is stored."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from accounts import audit
from accounts.actors import Actor
from accounts.checked import Row
from accounts.models import Account
from catalog.errors import InvalidInput
from catalog.models import CatalogQuerySet
from catalog.models.rows import any_of
from catalog.rules.batches import check_unique


def create_rows(
    account: Account, model: type[Any], given: Sequence[Mapping[str, Any]], *, parent: str, now: datetime
) -> list[Any]:
    """Store these new rows with one INSERT; InvalidInput for an external id that their parent has already."""
    rows = [model(account=account, created_at=now, updated_at=now, **stated(model, values)) for values in given]
    wanted = [(getattr(row, parent).pk, row.external_id) for row in rows]
    refuse_taken(model.objects.visible_to(account), parent, wanted)
    return list(model.objects.bulk_create(rows))


def stated(model: type[Any], values: Row) -> dict[str, Any]:
    """The values without nulls where the column takes none, and has its default: typed clients write unset as null."""
    return {name: value for name, value in values.items() if value is not None or model._meta.get_field(name).null}


def update_rows(
    account: Account, stored: Sequence[Any], given: Sequence[Row], *, parent: str, now: datetime
) -> list[Any]:
    """As `write`; InvalidInput for an external id that another row in the parent has at this moment."""
    wanted = [
        (getattr(row, parent).pk, values["external_id"])
        for row, values in zip(stored, given, strict=True)
        if values.get("external_id", row.external_id) != row.external_id
    ]
    if wanted:
        refuse_taken(type(stored[0]).objects.visible_to(account), parent, wanted)
    return write(stored, given, now=now)


def write(stored: Sequence[Any], given: Sequence[Mapping[str, Any]], *, now: datetime) -> list[Any]:
    """Set on each row what was given for it, and when, by one UPDATE; returns those for which anything was."""
    changed, fields = [], {"updated_at"}
    for row, values in zip(stored, given, strict=True):
        if changes := without(values, "id"):
            for field, value in (changes | {"updated_at": now}).items():
                setattr(row, field, value)
            fields |= changes.keys()
            changed.append(row)
    if changed:
        type(changed[0]).objects.bulk_update(changed, sorted(fields))
    return changed


def record_change(
    operation: str,
    account: Account,
    ids: Sequence[UUID],
    *,
    kind: str,
    by: Actor | None,
    now: datetime,
    detail: str = "",
) -> None:
    """Write the entry of a service that changed the rows with these ids; none when it changed none."""
    if ids:
        audit.record(operation, kind=kind, ids=ids, by=by, now=now, account=account, detail=detail)


def ids_of(rows: Iterable[Any]) -> list[UUID]:
    return [row.pk for row in rows]


def refuse_taken(rows: CatalogQuerySet, parent: str, wanted: Sequence[tuple[UUID, str]]) -> None:
    """InvalidInput that names the external ids which one of `rows` has already in the same parent."""
    check_unique("externalId", ((str(pk), external_id) for pk, external_id in wanted))
    ids_in: dict[UUID, list[str]] = {}
    for pk, external_id in wanted:
        ids_in.setdefault(pk, []).append(external_id)
    same = any_of(Q(**{parent: pk, "external_id__in": external_ids}) for pk, external_ids in ids_in.items())
    if ids_in and (taken := list(rows.filter(same).values_list("external_id", flat=True))):
        raise InvalidInput(f"externalId is taken, maybe by a deleted row: {', '.join(taken)}")


def beneath(parent: str, parents: Sequence[Any], rows: Sequence[Row]) -> list[dict[str, Any]]:
    """The values given, with the parent's row in place of its id."""
    return [without(row, f"{parent}_id") | {parent: above} for row, above in zip(rows, parents, strict=True)]


def without(row: Row, field: str) -> dict[str, Any]:
    """The values without this field."""
    return {name: value for name, value in row.items() if name != field}
