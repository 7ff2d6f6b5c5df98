"""An account with a catalog that has a bit of everything, and a marker in every text of it."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from django.db import models as columns

from accounts.models import Account, Team, User
from catalog import models
from catalog.models.knowledge import PINNED_FROM, PINNED_TO, TAGGED
from catalog.models.people import OWNED
from tests.catalog.keeping import index_whole
from tests.factories import NOW

Rows = list[Any]
LEFT_ALONE = {"deleted_at", "suspended_at", "is_hidden", "is_staff", "bounced_address", "password"}


def fill(account: Account, marker: str, n: int) -> dict[str, list[str]]:
    """Makes `n` rows of everything, indexed; answers their ids, by the name of the model: "tableid"."""
    make = partial(made, account, marker, n)
    assets = filled_sources(make, n) | {"term": make(models.Term, depth_level=[0] * n)}
    children = make(models.Term, parent_term=assets["term"], depth_level=[1] * n)
    tags = make(models.Tag, linked_term=assets["term"])
    found = [*assets.values(), children, tags]
    found += [make(models.TagEntity, tag=tags, **{name: assets[name]}) for name in TAGGED]
    found += [*people(make, assets), *links(make, assets), *usage(make, assets)]
    index_whole(account)
    return ids_of(row for rows in found for row in rows)


def made(account: Account, marker: str, n: int, model: type[columns.Model], **changes: Sequence[Any]) -> Rows:
    """The rows of one model; each of the changes has a value for each of them."""
    rows = [
        model(account=account, **values(model, marker, number) | {name: each[number] for name, each in changes.items()})
        for number in range(n)
    ]
    return model._default_manager.bulk_create(rows)


def values(model: type[columns.Model], marker: str, number: int) -> dict[str, Any]:
    """Something for every column: texts say the marker, what they are, and the number."""
    names = [field for field in model._meta.concrete_fields if field.name not in LEFT_ALONE]
    return {field.name: found for field in names if (found := value(field, marker, number)) is not None}


def value(field: Any, marker: str, number: int) -> Any:
    """None for keys, and for what rows make themselves."""
    if field.choices:
        return field.choices[0][0]
    return next((find(field.name, marker, number) for kinds, find in FOUND.items() if isinstance(field, kinds)), None)


FOUND: dict[Any, Callable[[str, str, int], Any]] = {
    columns.EmailField: lambda _, marker, number: f"{marker}-{number}@example.test",
    (columns.CharField, columns.TextField): lambda name, marker, number: f"{marker}-{name}-{number}",
    columns.BooleanField: lambda *_: True,
    columns.AutoField: lambda *_: None,
    (columns.IntegerField, columns.FloatField): lambda _, __, number: number,
    columns.DateTimeField: lambda *_: NOW,
    columns.JSONField: lambda _, marker, number: {"text": f"{marker}-{number}"},
}


def filled_sources(make: Any, n: int) -> dict[str, Rows]:
    sources = make(models.Source, origin=["EXTRACTION"] * n, type=["WAREHOUSE"] * n, deletion_percent=[20] * n)
    databases = make(models.Database, source=sources)
    schemas = make(models.Schema, database=databases)
    tables = make(models.Table, schema=schemas)
    dashboards = make(models.Dashboard, source=sources)
    return {
        "source": sources,
        "database": databases,
        "schema": schemas,
        "table": tables,
        "column": make(models.Column, table=tables, source=sources),
        "link": make(models.ExternalLink, table=tables),
        "dashboard": dashboards,
        "dashboard_field": make(models.DashboardField, dashboard=dashboards),
    }


def people(make: Any, assets: Mapping[str, Rows]) -> list[Rows]:
    """Users and teams, and who owns and edits what; each verified one thing."""
    users, teams, labels = make(User), make(Team), make(models.OwnerLabel)
    for team, user in zip(teams, users, strict=True):
        team.members.add(user)
    known = make(models.SourceUser, source=assets["source"], user=users)
    for name in OWNED:
        for asset, user in zip(assets[name], users, strict=True):
            asset.verified_by_user = asset.last_described_by_user = asset.deprecated_by_user = user
            asset.save()
    return [
        *(users, teams, labels, known),
        *(make(models.OwnerEntity, user=users, owner_label=labels, **{name: assets[name]}) for name in OWNED),
        *(make(models.TeamOwnerEntity, team=teams, owner_label=labels, **{name: assets[name]}) for name in OWNED),
        *(make(models.EntityEditor, source_user=known, **{name: assets[name]}) for name in OWNED),
    ]


def links(make: Any, assets: Mapping[str, Rows]) -> list[Rows]:
    """Lineages of every kind, pins of every kind, and products."""
    sides = [(one, other) for one in ("dashboard", "table") for other in ("dashboard", "table")]
    fields = [(one, other) for one in ("column", "dashboard_field") for other in TAGGED[:3]]
    pins = [(one, other) for one in PINNED_FROM for other in PINNED_TO]
    return [
        *(make(models.Lineage, **ends("parent", one, "child", other, assets)) for one, other in sides),
        *(make(models.FieldLineage, **ends("parent", one, "child", other, assets)) for one, other in fields),
        *(make(models.PinnedAsset, **ends("from", one, "to", other, assets)) for one, other in pins),
        *(make(models.DataProduct, **{name: assets[name]}) for name in OWNED),
    ]


def ends(near: str, one: str, far: str, other: str, assets: Mapping[str, Rows]) -> dict[str, Rows]:
    """From each asset of one kind to the next of the other."""
    return {f"{near}_{one}": assets[one], f"{far}_{other}": turned(assets[other])}


def turned(rows: Rows) -> Rows:
    return [*rows[1:], rows[0]]


def usage(make: Any, assets: Mapping[str, Rows]) -> list[Rows]:
    columns_of, tables = assets["column"], assets["table"]
    queries = make(models.TableQuery)
    for query, table, other in zip(queries, tables, turned(tables), strict=True):
        query.tables.add(table, other)
    return [
        queries,
        make(models.ColumnJoin, first_column=columns_of, second_column=turned(columns_of)),
        make(models.QualityCheck, table=tables, column=columns_of),
    ]


def ids_of(rows: Any) -> dict[str, list[str]]:
    """The ids as the API says them, by the kind of row."""
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row._meta.model_name, []).append(str(row.uuid if isinstance(row, User) else row.pk))
    return found
