"""Paths that look like one that is not there, for whoever mistyped it: compared by trigrams, as pg_trgm compares texts.

Only some paths are compared, whatever the size of the catalog: those that lie where it was looked for, or hold half of
its name: a single slip leaves the other half.
"""

from collections.abc import Collection, Iterable, Sequence

from django.db.models import CharField, Q, Value
from django.db.models.functions import Concat

from accounts.models import Account
from catalog.models import CatalogQuerySet, Schema
from catalog.models.assets import AssetKind
from catalog.models.rows import any_of
from catalog.queries.references import PLACE_COLUMNS, joined, separator
from catalog.queries.visibility import shown_rows
from catalog.queries.words import finds_columns

MAX_SIMILAR = 3  # to one reference
MAX_REFERENCES = 10  # of a call that are compared
MAX_COMPARED = 2_000  # paths, with which all of these are compared
LEAST_SIMILARITY = 0.3  # pg_trgm's own

Named = tuple[str, str]  # the text to compare with, and the path that it stands for


def similar_paths(account: Account, kind: AssetKind, references: Sequence[str]) -> dict[str, list[str]]:
    """To each of the first MAX_REFERENCES references the paths most like it. At most six queries."""
    compared = references[:MAX_REFERENCES]
    if kind == AssetKind.COLUMN:
        return similar_columns(account, compared)
    similar = compare(compared, near(account, kind, compared))
    if far := [text for text in compared if not similar[text]]:
        similar |= compare(far, with_half_a_name(account, kind, far))
    return similar


def similar_names(account: Account, kind: AssetKind, names: Sequence[str]) -> dict[str, list[str]]:
    """To each of some names paths of assets with a name most like it, of columns the name; a path may stand for a name.

    One query, and at most six more when there are paths among them.
    """
    between = separator(kind)
    paths = [name for name in names if between in name]
    plain = [name for name in names if between not in name][:MAX_REFERENCES]
    similar = similar_paths(account, kind, paths) if paths else {}
    return similar | compare(plain, called(kind, half_called(account, kind, plain))) if plain else similar


def called(kind: AssetKind, rows: CatalogQuerySet) -> list[Named]:
    """The names of the first MAX_COMPARED of these rows, with their paths; those of columns, which recur, alone."""
    if kind == AssetKind.COLUMN:
        found = rows.order_by().values_list("name", flat=True).distinct()
        return [(name, name) for name in found[:MAX_COMPARED]]
    found = rows.order_by().values_list("name", PLACE_COLUMNS[kind])
    is_table = kind == AssetKind.TABLE
    return [(name, place if is_table else joined(kind, place or "", name)) for name, place in found[:MAX_COMPARED]]


def similar_columns(account: Account, references: Sequence[str]) -> dict[str, list[str]]:
    """Columns of the tables that are named, or else of tables that look like these."""
    places = {text: text.rpartition(".")[0] for text in references}
    similar = compare(references, columns_in(account, places.values()))
    if far := [text for text in references if not similar[text]]:
        tables = similar_paths(account, AssetKind.TABLE, list({places[text] for text in far}))
        similar |= compare(far, columns_in(account, [path for paths in tables.values() for path in paths]))
    return similar


def columns_in(account: Account, paths: Collection[str]) -> list[Named]:
    names = {path.rpartition(".")[2] for path in paths}
    tables = shown_rows(account, AssetKind.TABLE).filter(path__in=paths, name__in=names).order_by()
    return named(AssetKind.COLUMN, shown_rows(account, AssetKind.COLUMN).filter(table__in=tables))


def near(account: Account, kind: AssetKind, references: Iterable[str]) -> list[Named]:
    """Assets of the same name in whatever case and place; tables of the same schema."""
    splits = [text.rpartition(separator(kind)) for text in references]
    condition = any_of(Q(name__iexact=name) for _, _, name in splits)
    if kind == AssetKind.TABLE:
        place = Concat("database__name", Value("."), "name", output_field=CharField())
        schemas = (
            Schema.objects.visible_to(account).annotate(place=place).filter(place__in=[one for one, _, _ in splits])
        )
        condition |= Q(schema__in=list(schemas.order_by().values_list("pk", flat=True)))
    return named(kind, shown_rows(account, kind).filter(condition))


def with_half_a_name(account: Account, kind: AssetKind, references: Iterable[str]) -> list[Named]:
    names = {text.rpartition(separator(kind))[2] for text in references}
    return named(kind, half_called(account, kind, names))


def half_called(account: Account, kind: AssetKind, names: Iterable[str]) -> CatalogQuerySet:
    """Assets with half of one of these names in their own; of columns halves alone that an index finds."""
    halves = {half for name in names for half in (name[: len(name) // 2], name[len(name) // 2 :]) if half}
    if kind == AssetKind.COLUMN:
        halves = set(filter(finds_columns, halves))
    return shown_rows(account, kind).filter(any_of(Q(name__icontains=half) for half in halves))


def named(kind: AssetKind, rows: CatalogQuerySet) -> list[Named]:
    """The paths of the first MAX_COMPARED of these rows, and the names of dashboards, fields and terms."""
    columns = ("name", PLACE_COLUMNS[kind])
    found = list(rows.order_by().values_list(*columns)[:MAX_COMPARED])
    if kind == AssetKind.TABLE:
        return [(path, path) for _, path in found]
    paths = [(joined(kind, place or "", name), name) for name, place in found]
    by_name = [(name, path) for path, name in paths] if kind != AssetKind.COLUMN else []
    return [*((path, path) for path, _ in paths), *by_name]


def compare(references: Iterable[str], texts: Sequence[Named]) -> dict[str, list[str]]:
    prepared = [(trigrams(text), path) for text, path in texts]
    return {reference: ranked(reference, prepared) for reference in references}


def most_similar(reference: str, texts: Iterable[Named]) -> list[str]:
    return ranked(reference, [(trigrams(text), path) for text, path in texts])


def ranked(reference: str, texts: Iterable[tuple[frozenset[str], str]]) -> list[str]:
    """The paths most like the reference, the best first."""
    wanted = trigrams(reference)
    scores: dict[str, float] = {}
    for grams, path in texts:
        score = similarity(wanted, grams)
        if score >= LEAST_SIMILARITY and score > scores.get(path, 0):
            scores[path] = score
    return sorted(scores, key=lambda path: (-scores[path], path))[:MAX_SIMILAR]


def similarity(one: frozenset[str], other: frozenset[str]) -> float:
    """What they share out of all that is in either, as pg_trgm has it; 0 where their sizes alone leave too little."""
    fewer, more = sorted((len(one), len(other)))
    if fewer < LEAST_SIMILARITY * more:
        return 0
    shared = len(one & other)
    return shared / (fewer + more - shared)


def trigrams(text: str) -> frozenset[str]:
    """Three characters each, in small letters; two blanks before the text weigh its beginning."""
    padded = f"  {text.lower()} "
    return frozenset(padded[start : start + 3] for start in range(len(padded) - 2))
