"""What a customer's tools bring: many new rows of any kind at once."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import product
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import ForeignKey, Model

from accounts.actors import Actor
from accounts.audit import SEVERAL_KINDS
from accounts.models import Account, Team
from catalog.errors import InvalidInput, NotFound
from catalog.index import writing as index
from catalog.models import CatalogRow, Column, DashboardField, Table, TableQuery, TagEntity, Term
from catalog.models.assets import KINDS
from catalog.models.knowledge import TAGGED
from catalog.models.search import QUERY
from catalog.services.bulk import ids_of, record_change
from catalog.services.warehouse import path_of

ROWS_PER_INSERT = 2_000
FOUND = {*KINDS, TableQuery}  # by the search
FOUND_BY: Mapping[type[Model], tuple[str, ...]] = {
    Column: ("table",),
    DashboardField: ("dashboard",),
    TagEntity: TAGGED,
}

Rows = Mapping[type[Model], Sequence[Model]]


@transaction.atomic
def bring_in(account: Account, rows: Sequence[Model], *, by: Actor | None, now: datetime) -> None:
    """Store new rows as the account's, made at `now`; a parent term stands before its children.

    What rows point to is among them or the account's already, else NotFound. Raises InvalidInput for one that is there
    already or is not whole.
    """
    by_model = defaultdict(list)
    for row in rows:
        complete(row, account, now)
        by_model[type(row)].append(row)
    refuse_strangers(account, by_model)
    for model, of_model in by_model.items():  # in any order: databases look at foreign keys at the end
        store(model, of_model)
    index_all(account, by_model, now=now)
    told = ", ".join(f"{len(of_model)} {model._meta.verbose_name_plural}" for model, of_model in by_model.items())
    record_change("bring_in", account, ids_of(rows), kind=SEVERAL_KINDS, by=by, now=now, detail=told)


def index_all(account: Account, rows: Rows, *, now: datetime) -> None:
    """Index what is new, and what was there and is found by it: a table by a new column, anything by a new tag."""
    new = {KINDS.get(model, QUERY): set(ids_of(of_model)) for model, of_model in rows.items() if model in FOUND}
    index.refresh_new(account, new, now=now)
    older: dict[str, set[UUID]] = defaultdict(set)
    for model, kinds in FOUND_BY.items():
        for row, kind in product(rows.get(model, ()), kinds):
            if (pk := getattr(row, f"{kind}_id")) and pk not in new.get(kind, ()):
                older[kind].add(pk)
    index.refresh(account, older, now=now)


def complete(row: Model, account: Account, now: datetime) -> None:
    """Fill in what follows: account, times, a table's path, a term's depth."""
    if isinstance(row, CatalogRow | Team):
        row.account = account
        row.created_at = row.updated_at = now
    if isinstance(row, Table):
        row.path = path_of(row.schema, row.name)
    if isinstance(row, Term) and row.parent_term:
        row.depth_level = row.parent_term.depth_level + 1


def store(model: type[Model], rows: Sequence[Model]) -> None:
    try:
        model._base_manager.bulk_create(rows, batch_size=ROWS_PER_INSERT)  # noqa: SLF001  # through tables have no other
    except IntegrityError:
        kind = model._meta.verbose_name_plural
        raise InvalidInput(f"One of these {kind} is there already, or not whole.") from None


def refuse_strangers(account: Account, rows: Rows) -> None:
    """Raise NotFound when a row points to one that is neither among these nor the account's."""
    wanted: dict[tuple[type[Model], str], set[object]] = defaultdict(set)
    for model, of_model in rows.items():
        for related, key, attribute in foreign_keys(model):
            wanted[related, key] |= {getattr(row, attribute) for row in of_model}
    for (related, key), values in wanted.items():
        missing = values - {None} - {getattr(row, key) for row in rows.get(related, ())}
        if missing:
            known = related._base_manager.filter(account=account, **{f"{key}__in": missing})  # noqa: SLF001
            missing -= set(known.values_list(key, flat=True))
        if missing:
            raise NotFound(str(related._meta.verbose_name), sorted(map(str, missing)))


def foreign_keys(model: type[Model]) -> Iterator[tuple[type[Model], str, str]]:
    """Of each foreign key to rows of an account: their model, the attribute it refers to, its own attribute."""
    for field in model._meta.concrete_fields:
        if isinstance(field, ForeignKey) and hasattr(field.related_model, "account"):
            yield field.related_model, field.target_field.attname, field.attname
