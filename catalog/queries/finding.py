"""Assets by what callers call them: an id, the path of an `AssetReference`, or the exact name of a dashboard or a term.

The case counts. What is deleted or hidden, or of another account, is not found.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import CharField, Q, Value

from accounts.models import Account
from catalog.errors import AmbiguousReference, UnknownReference
from catalog.ids import known_uuid
from catalog.models import Tag
from catalog.models.assets import AssetKind
from catalog.models.rows import any_of
from catalog.queries.references import PLACE_COLUMNS, reference_to
from catalog.queries.similar import most_similar, similar_paths
from catalog.queries.visibility import shown_rows
from catalog.queries.words import is_storable

MAX_PARTS = 20  # of a path, in whose first ones its place is looked for
MAX_CALLED = 1_000  # rows that are read: where there are more, one of the references is the name of many
DOTS = {AssetKind.TABLE: 2, AssetKind.COLUMN: 3}  # at least so many in a path
BY_NAME = (AssetKind.DASHBOARD, AssetKind.TERM)
# What a reference says of an asset, and what lies between it and its source.
RELATED: Mapping[AssetKind, tuple[str, ...]] = {
    AssetKind.TABLE: ("schema__database",),
    AssetKind.COLUMN: ("table",),
    AssetKind.TERM: ("parent_term",),
}


@dataclass(slots=True)
class FoundAssets:
    """`rows` by reference in the order asked, with what a reference of their kind says (`reference_to`).

    `missing` are the references that nothing is called, each with at most three paths that look like it.
    """

    rows: dict[str, Any] = field(default_factory=dict)
    missing: dict[str, list[str]] = field(default_factory=dict)


def find_assets(account: Account, kind: AssetKind, references: Sequence[str]) -> FoundAssets:
    """The assets of one kind; AmbiguousReference for a reference that several are called.

    At most two queries, and at most six more when something is missing, however many references there are.
    """
    texts = list(dict.fromkeys(references))
    called = rows_called(account, kind, texts)
    missing = [text for text in texts if text not in called]
    similar = similar_paths(account, kind, list(filter(is_storable, missing))) if missing else {}
    return FoundAssets(
        rows={text: only_one(kind, text, called[text]) for text in texts if text in called},
        missing={text: similar.get(text, []) for text in missing},
    )


def find_asset(account: Account, kinds: Sequence[AssetKind], reference: str) -> Any:
    """The row of the asset, of one of these kinds, the first of which wins; UnknownReference or AmbiguousReference."""
    likely = [kind for kind in kinds if may_be(kind, reference)]
    if len(kinds) > 1 and (pk := known_uuid(reference)):
        likely = kinds_of(account, kinds, pk)
    for kind in likely:
        if rows := rows_called(account, kind, [reference]).get(reference):
            return only_one(kind, reference, rows)
    raise UnknownReference(one_of(kinds), reference, like(account, likely, reference))


def find_tag(account: Account, label: str) -> Tag:
    """The tag of exactly this label; UnknownReference with labels that look like it."""
    tags = Tag.objects.visible_to(account)
    tag: Tag | None = tags.filter(label=label).first() if is_storable(label) else None
    if tag is None:
        raise UnknownReference("tag", label, most_similar(label, tags.values_list("label", "label")[:2_000]))
    return tag


def rows_called(account: Account, kind: AssetKind, references: Sequence[str]) -> dict[str, list[Any]]:
    """To each reference that may mean any, the rows of that id, else of that path, else of that name."""
    rows = shown_rows(account, kind).select_related(*RELATED.get(kind, ()))
    ids = {text: pk for text in references if (pk := known_uuid(text))}
    by_id = rows.in_bulk(list(ids.values())) if ids else {}
    called: dict[str, list[Any]] = {text: [by_id[pk]] for text, pk in ids.items() if pk in by_id}
    texts = [text for text in references if text not in called and is_storable(text) and may_be(kind, text)]
    by_path, by_name = defaultdict(list), defaultdict(list)
    for row in rows.filter(path_is_any(account, kind, texts)).order_by("pk")[:MAX_CALLED] if texts else ():
        by_path[reference_to(row).path].append(row)
        if kind in BY_NAME:
            by_name[row.name].append(row)
    for text in texts:
        if meant := by_path.get(text) or by_name.get(text):
            called[text] = meant
    return called


def may_be(kind: AssetKind, reference: str) -> bool:
    """Whether an asset of this kind can be called so."""
    return reference.count(".") >= DOTS.get(kind, 0) or known_uuid(reference) is not None


def path_is_any(account: Account, kind: AssetKind, texts: Collection[str]) -> Q:
    """That a row has one of these paths or names. Of a table's name there is an index, of its path none."""
    if kind in DOTS:
        splits = [split for text in texts for split in splits_of(text, ".", least=DOTS[kind])]
        places, names = {place for place, _ in splits}, {name for _, name in splits}
        if kind == AssetKind.TABLE:
            return Q(path__in=texts, name__in=names)
        tables = shown_rows(account, AssetKind.TABLE).filter(path_is_any(account, AssetKind.TABLE, places))
        return Q(table__in=tables.order_by(), name__in=names)
    place = PLACE_COLUMNS[kind]
    places_and_names = [split for text in texts for split in splits_of(text, "/", least=1)]
    return any_of([Q(name__in=texts), *(Q(**{place: folder, "name": name}) for folder, name in places_and_names)])


def splits_of(text: str, separator: str, *, least: int) -> list[tuple[str, str]]:
    """The ways to read a path as place and name, which may hold the separator; a place has `least` parts or more."""
    parts = text.split(separator)
    ends = range(least, min(len(parts), MAX_PARTS))
    return [(separator.join(parts[:end]), separator.join(parts[end:])) for end in ends]


def only_one(kind: AssetKind, reference: str, rows: Sequence[Any]) -> Any:
    if len(rows) > 1:
        raise AmbiguousReference(kind.label.lower(), reference, [(row.pk, reference_to(row).path) for row in rows])
    return rows[0]


def kinds_of(account: Account, kinds: Sequence[AssetKind], pk: UUID) -> list[AssetKind]:
    """Of which of these kinds there is a row of this id."""
    first, *others = (
        shown_rows(account, kind).filter(pk=pk).order_by().values_list(Value(kind.value, CharField()), flat=True)
        for kind in kinds
    )
    return [AssetKind(kind) for kind in first.union(*others)]


def one_of(kinds: Sequence[AssetKind]) -> str:
    """Their names in a row: table, dashboard or column."""
    *most, last = (kind.label.lower() for kind in kinds)
    return f"{', '.join(most)} or {last}" if most else last


def like(account: Account, kinds: Iterable[AssetKind], reference: str) -> list[str]:
    """Paths of the first of these kinds that has any that look like the reference."""
    for kind in kinds if is_storable(reference) and not known_uuid(reference) else ():
        if similar := similar_paths(account, kind, [reference])[reference]:
            return similar
    return []
