"""The API source of an account, its databases and schemas, and the paths of the tables below them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import CharField, F, OuterRef, Subquery, Value
from django.db.models.functions import Concat

from accounts.actors import Actor
from accounts.checked import Given, Row, check_once
from accounts.models import Account
from catalog.choices import SourceOrigin, SourceTechnology, SourceType
from catalog.errors import InvalidInput
from catalog.index import writing as index
from catalog.models import CatalogQuerySet, Database, Schema, Source, Table
from catalog.rules import warehouse as rules
from catalog.services.bulk import beneath, create_rows, ids_of, record_change, update_rows, write
from catalog.services.lookups import find_editable, lock_api_source

FELT_BELOW = {"name", "deleted_at", "is_hidden"}  # what of a place changes how that is found which lies in it
WORDS = FELT_BELOW | {"description_raw", "external_description"}  # what of a row changes how it is found itself


@transaction.atomic
def create_source(account: Account, *, row: Given[rules.NewSource], by: Actor | None, now: datetime) -> Source:
    """The account's API source. InvalidInput if it has one, even a deleted one; the constraint settles a race."""
    checked = check_once(rules.check_new_source, row)
    kind = {"type": SourceType.WAREHOUSE, "technology": SourceTechnology.GENERIC_WAREHOUSE}
    source, created = Source.objects.visible_to(account).get_or_create(
        origin=SourceOrigin.API, defaults={**checked, **kind, "account": account, "created_at": now, "updated_at": now}
    )
    if not created:
        state = "deleted, and can be brought back" if source.deleted_at else "the only one it may have"
        raise InvalidInput(f"This account already has a source that is kept through the API: {source.pk}, {state}.")
    record_change("create_source", account, [source.pk], kind="source", by=by, now=now, detail=source.name)
    return source


@transaction.atomic
def update_source(account: Account, *, row: Given[rules.SourceChange], by: Actor | None, now: datetime) -> Source:
    """Rename the API source, delete it or bring it back. NotFound, and NotEditable for a source that was extracted."""
    checked = check_once(rules.check_source_change, row)
    sources: list[Source] = find_editable(Source.objects.visible_to(account), [checked["id"]])
    felt = changed_in(FELT_BELOW, sources, [checked])
    changed = write(sources, [checked], now=now)
    index.refresh_below(account, "source", ids_of(felt), now=now)
    record_change("update_source", account, ids_of(changed), kind="source", by=by, now=now, detail=sources[0].name)
    return sources[0]


@transaction.atomic
def create_databases(
    account: Account, *, rows: Given[Sequence[rules.NewDatabase]], by: Actor | None, now: datetime
) -> list[Database]:
    """New databases in the API source. NotFound and NotEditable tell of the source, InvalidInput of an external id."""
    checked = check_once(rules.check_new_databases, rows)
    lock_api_source(account)
    sources = find_editable(Source.objects.visible_to(account), [row["source_id"] for row in checked])
    databases = create_rows(account, Database, beneath("source", sources, checked), parent="source", now=now)
    record_change("create_databases", account, ids_of(databases), kind="database", by=by, now=now)
    return databases


@transaction.atomic
def update_databases(
    account: Account, *, rows: Given[Sequence[rules.PlaceChange]], by: Actor | None, now: datetime
) -> list[Database]:
    """Change databases of the API source; a new name goes into the paths of all tables below."""
    checked = check_once(rules.check_place_changes, rows)
    lock_api_source(account)
    databases = find_editable(Database.objects.visible_to(account), [row["id"] for row in checked])
    renamed, felt = (changed_in(fields, databases, checked) for fields in ({"name"}, FELT_BELOW))
    changed = update_rows(account, databases, checked, parent="source", now=now)
    if renamed:
        rewrite_paths(Table.objects.visible_to(account).filter(schema__database__in=renamed))
    index.refresh_below(account, "database", ids_of(felt), now=now)
    record_change("update_databases", account, ids_of(changed), kind="database", by=by, now=now)
    return databases


@transaction.atomic
def create_schemas(
    account: Account, *, rows: Given[Sequence[rules.NewSchema]], by: Actor | None, now: datetime
) -> list[Schema]:
    """New schemas in databases of the API source; the errors are those of `create_databases`."""
    checked = check_once(rules.check_new_schemas, rows)
    lock_api_source(account)
    databases = find_editable(Database.objects.visible_to(account), [row["database_id"] for row in checked])
    schemas = create_rows(account, Schema, beneath("database", databases, checked), parent="database", now=now)
    record_change("create_schemas", account, ids_of(schemas), kind="schema", by=by, now=now)
    return schemas


@transaction.atomic
def update_schemas(
    account: Account, *, rows: Given[Sequence[rules.PlaceChange]], by: Actor | None, now: datetime
) -> list[Schema]:
    """Change schemas of the API source; a new name goes into the paths of all tables below."""
    checked = check_once(rules.check_place_changes, rows)
    lock_api_source(account)
    schemas = find_editable(Schema.objects.visible_to(account), [row["id"] for row in checked])
    renamed, felt = (changed_in(fields, schemas, checked) for fields in ({"name"}, FELT_BELOW))
    changed = update_rows(account, schemas, checked, parent="database", now=now)
    if renamed:
        rewrite_paths(Table.objects.visible_to(account).filter(schema__in=renamed))
    index.refresh_below(account, "schema", ids_of(felt), now=now)
    record_change("update_schemas", account, ids_of(changed), kind="schema", by=by, now=now)
    return schemas


def changed_in(fields: set[str], stored: Sequence[Any], rows: Sequence[Row]) -> list[Any]:
    """Those of the stored rows to which one of these fields will be given another value than they have."""
    return [
        one
        for one, row in zip(stored, rows, strict=True)
        if any(row[field] != getattr(one, field) for field in row.keys() & fields)
    ]


def path_of(schema: Schema, name: str) -> str:
    """The path of a table with this name in this schema."""
    return f"{schema.database.name}.{schema.name}.{name}"


def rewrite_paths(tables: CatalogQuerySet) -> None:
    """Make the paths of these tables from the names that are stored now; one UPDATE, however many they are.

    Their `updated_at` stays: nothing was changed that anybody had said of them.
    """
    schema = Schema.objects.filter(pk=OuterRef("schema")).order_by()
    place = schema.values(place=Concat("database__name", Value("."), "name", output_field=CharField()))
    tables.update(path=Concat(Subquery(place), Value("."), F("name"), output_field=CharField()))
