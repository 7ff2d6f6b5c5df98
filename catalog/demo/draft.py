"""The catalog of the demo account before it is stored."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Model

from accounts.models import Account, Team, User
from catalog.choices import LineageType
from catalog.demo.reading import Facts, FieldLine
from catalog.models import (
    Column,
    DashboardField,
    FieldLineage,
    Lineage,
    Source,
    SourceUser,
    Tag,
    TagEntity,
)
from catalog.models.assets import KINDS

Row = TypeVar("Row", bound=Model)
Field = Column | DashboardField


@dataclass
class Draft:
    """Rows, in the order in which they are stored, and where to find them by the names that files use."""

    account: Account
    now: datetime
    people: dict[str, User] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    source_users: dict[str, SourceUser] = field(default_factory=dict)  # "Snowflake LOADER"
    tags: dict[str, Tag] = field(default_factory=dict)
    assets: dict[str, Any] = field(default_factory=dict)  # by path, or by the name of a dashboard or a term
    fields: dict[str, dict[str, Field]] = field(default_factory=dict)  # of a table or a dashboard, by its own name
    facts: list[tuple[Model, Facts]] = field(default_factory=list)  # what else files say of assets
    rows: list[Model] = field(default_factory=list)

    def add(self, row: Row) -> Row:
        self.rows.append(row)
        return row

    def add_asset(self, name: str, asset: Row, facts: Facts) -> Row:
        self.assets[name] = asset
        self.facts.append((asset, facts))
        return self.add(asset)

    def tag(self, asset: Model, label: str, **origin: Any) -> None:
        self.add(TagEntity(tag=self.tags[label], **pointing(asset), **origin))

    # --- Lineage -------------------------------------------------------------------------------------

    def add_lineage(self, child: Model, parents: Iterable[str]) -> None:
        for name in parents:
            ends = pointing(self.assets[name], "parent_") | pointing(child, "child_")
            self.add(Lineage(**ends, lineage_type=LineageType.AUTOMATIC, refreshed_at=self.now))

    def add_field_lineage(self, child: Field, parents: Iterable[Field]) -> None:
        for parent in parents:
            ends = pointing(parent, "parent_") | pointing(child, "child_")
            self.add(FieldLineage(**ends, lineage_type=LineageType.AUTOMATIC, refreshed_at=self.now))

    def parents_of(self, line: FieldLine, made_from: Sequence[str]) -> list[Field]:
        """The fields that the line names; if none, the one of the same name in the first asset that has it."""
        if line.parents:
            return [self.fields[owner][name] for owner, name in (path.rsplit(".", 1) for path in line.parents)]
        owners = [self.fields[own_name(asset)] for asset in made_from]
        return [owner[line.name] for owner in owners if line.name in owner][:1]


def own_name(path: str) -> str:
    return path.rsplit(".", 1)[-1]


def pointing(asset: Model, prefix: str = "") -> dict[str, Model]:
    """The argument that lets a row point to this asset: `to_table=…`."""
    return {f"{prefix}{KINDS[type(asset)]}": asset}
