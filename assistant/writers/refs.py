"""How a language model calls assets: T1, C2 …, valid in one job alone. It sees no id and no address of ours."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
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
PARTS = {AssetKind.TABLE: AssetKind.COLUMN, AssetKind.DASHBOARD: AssetKind.DASHBOARD_FIELD}


@dataclass(slots=True)
class Handed:
    """An asset that was handed out: what an answer calls it, where its page is, and how it is cited."""

    ref: str
    kind: str
    id: UUID
    path: str
    url: str
    cited: Cited


@dataclass(slots=True)
class Refs:
    """What was handed out in one job. `names` are all names of it, in small letters, with the parts of paths."""

    asked: Asked = ()
    by_ref: dict[str, Handed] = field(default_factory=dict)
    by_asset: dict[tuple[str, UUID], Handed] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)

    def to_asset(self, asset: Candidate) -> str:
        """Its ref. Now its text is known: it is cited with the sentence that fits best."""
        called = asset.name if asset.kind == AssetKind.TERM else asset.path
        handed = self.hand_out(asset.kind, asset.id, called, asset.url, cited(asset))
        handed.cited = cited(asset, best_quote(asset, self.asked))
        self.allow(asset.name, *asset.tags, *(name for name, _ in asset.quality), separator="")
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
            handed = Handed(f"{LETTERS[AssetKind(kind)]}{number}", kind, pk, path, url, said)
            self.by_ref[handed.ref] = self.by_asset[kind, pk] = handed
            self.allow(path, separator="." if kind in {AssetKind.TABLE, AssetKind.COLUMN} else "/")
        return handed

    def allow(self, *names: str, separator: str) -> None:
        """Let an answer name these, and whatever of a path stands side by side: schema.table, database.schema."""
        for name in names:
            self.names.update(part.strip().lower() for part in parts_of(name, separator))

    def get(self, ref: str) -> Handed | None:
        return self.by_ref.get(ref.strip().strip("[]").upper())


def parts_of(path: str, separator: str) -> Iterator[str]:
    yield path
    parts: Sequence[str] = path.split(separator) if separator else ()
    for start in range(len(parts)):
        for end in range(start + 1, len(parts) + 1):
            yield separator.join(parts[start:end])
