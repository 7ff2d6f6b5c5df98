"""Rows by the ids that callers name."""

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

from django.db.models import QuerySet

from accounts.models import Account
from catalog.choices import SourceOrigin
from catalog.errors import NotEditable, NotFound
from catalog.ids import known_uuid
from catalog.models import CatalogQuerySet, Column, Database, Schema, Source, Table

# From a row to what its source says.
EDITABLE = {
    Source: "is_editable",
    Database: "source.is_editable",
    Schema: "database.source.is_editable",
    Table: "schema.database.source.is_editable",
    Column: "source.is_editable",
}


def find(rows: QuerySet[Any], ids: Sequence[str], *, key: str = "pk") -> list[Any]:
    """Those among `rows` that have these ids, in the order of the ids; NotFound names all that none has."""
    pks = {text: known_uuid(text) for text in ids}
    by_pk = rows.in_bulk([pk for pk in pks.values() if pk], field_name=key)
    if unknown := [text for text, pk in pks.items() if pk not in by_pk]:
        raise NotFound(noun_of(rows), ", ".join(unknown))
    return [by_pk[pks[text]] for text in ids]


def find_one(rows: QuerySet[Any], text: str, *, key: str = "pk") -> Any:
    """The same of a single id."""
    return find(rows, [text], key=key)[0]


def find_locked(rows: CatalogQuerySet, ids: Sequence[str]) -> list[Any]:
    """The same, locked in the order of their ids, as all writers do, until the transaction ends."""
    return find(rows.order_by("id").select_for_update(of=("self",), no_key=True), ids)


def find_editable(rows: CatalogQuerySet, ids: Sequence[str]) -> list[Any]:
    """The same, if programs may change them: the API source and what lies below it. NotEditable names the others."""
    path = EDITABLE[rows.model]
    if relations := path.split(".")[:-1]:
        rows = rows.select_related("__".join(relations))
    locked = find_locked(rows, ids)
    is_editable = attrgetter(path)
    if refused := [str(row.pk) for row in locked if not is_editable(row)]:
        raise NotEditable(f"{noun_of(rows)} not kept through the API: {', '.join(refused)}")
    return locked


def lock_api_source(account: Account) -> None:
    """Lock the account's API source until the transaction ends, so that writers below it wait for each other.

    So the paths of tables follow the names above them, and an external id that was free is free still.
    """
    sources = Source.objects.visible_to(account).filter(origin=SourceOrigin.API)
    sources.select_for_update(no_key=True).first()


def noun_of(rows: QuerySet[Any]) -> str:
    return str(rows.model._meta.verbose_name).capitalize()
