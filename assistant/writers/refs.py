"""How a language model calls assets: T1, C2 …, valid in one job alone. It sees no id and no address of ours."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from assistant.drafts import Candidate, Cited, ColumnFact, Neighbour
from assistant.writers.citing import cited, cited_column, cited_neighbour, column_url
from assistant.writers.quotes import Asked, best_quote
from catalog.models.assets import AssetKind

LETTERS = {
    AssetKind.TABLE: "T",
    AssetKind.DASHBOARD: "D",
    AssetKind.TERM: "G",
    AssetKind.COLUMN: "C",
    AssetKind.DASHBOARD_FIELD: "F",
}
DOTTED = {AssetKind.TABLE, AssetKind.COLUMN}  # whose paths have dots; elsewhere a name with one may be an address
PARTS = {AssetKind.TABLE: AssetKind.COLUMN, AssetKind.DASHBOARD: AssetKind.DASHBOARD_FIELD}


@dataclass(slots=True)
class Handed:
    """An asset that has a ref: what an answer calls it, where its page is, how it is cited, what names it has."""

    ref: str
    kind: str
    id: UUID
    path: str
    url: str
    cited: Cited
    names: set[str]


@dataclass(slots=True)
class Refs:
    """The refs of one job. An answer may cite those that were `shown`, and name `names`, which are in small letters."""

    asked: Asked = ()
    by_ref: dict[str, Handed] = field(default_factory=dict)
    by_asset: dict[tuple[str, UUID], Handed] = field(default_factory=dict)
    shown: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)

    def to_asset(self, asset: Candidate) -> str:
        """Its ref. Now its text is known: it is cited with the sentence that fits best."""
        called = asset.name if asset.kind == AssetKind.TERM else asset.path
        handed = self.hand_out(asset.kind, asset.id, called, asset.url, cited(asset))
        handed.cited = cited(asset, best_quote(asset, self.asked))
        return handed.ref

    def to_neighbour(self, one: Neighbour) -> str:
        return self.hand_out(one.kind, one.id, one.path, one.url, cited_neighbour(one)).ref

    def to_column(self, asset: Candidate, column: ColumnFact) -> str:
        """The ref of a column of a table, or of a field of a dashboard."""
        between = "." if asset.kind == AssetKind.TABLE else "/"
        path = f"{asset.path}{between}{column.name}"
        made = cited_column(asset, column)
        kind = PARTS.get(AssetKind(asset.kind), AssetKind.COLUMN).value
        said = Cited(kind, column.id, made.name, made.place)
        return self.hand_out(kind, column.id, path, column_url(asset, column), said).ref

    def hand_out(self, kind: str, pk: UUID, path: str, url: str, said: Cited) -> Handed:
        handed = self.by_asset.get((kind, pk))
        if handed is None:
            number = 1 + sum(one.kind == kind for one in self.by_ref.values())
            ref, parts = f"{LETTERS[AssetKind(kind)]}{number}", parts_of(path, "." if kind in DOTTED else "/")
            names = {part.strip().lower() for part in parts if kind in DOTTED or "." not in part}
            handed = Handed(ref, kind, pk, path, url, said, names)
            self.by_ref[handed.ref] = self.by_asset[kind, pk] = handed
        return handed

    def show(self, told: Any) -> None:
        """Let an answer cite and name what stands in a result: what found no room in it, the model never saw.

        Tags and checks are named, too, but for those with a dot.
        """
        if isinstance(told, list):
            for one in told:
                self.show(one)
        elif isinstance(told, dict):
            if handed := self.by_ref.get(told.get("ref", "")):
                self.shown.add(handed.ref)
                self.names |= handed.names
            beside = [*told.get("tags", ()), *(check["name"] for check in told.get("quality_checks", ()))]
            self.names.update(name.strip().lower() for name in beside if "." not in name)
            self.show(list(told.values()))

    def get(self, ref: str) -> Handed | None:
        called = ref.strip().strip("[]").upper()
        return self.by_ref[called] if called in self.shown else None


def parts_of(path: str, separator: str) -> Iterator[str]:
    """The path, and whatever of it stands side by side: schema.table, database.schema."""
    parts: Sequence[str] = path.split(separator)
    for start in range(len(parts)):
        for end in range(start + 1, len(parts) + 1):
            yield separator.join(parts[start:end])
