"""Assets that hold what somebody looks for: each word in one of their texts, tags or owners, and each filter."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Any

from django.db.models import Case, F, IntegerField, Q, Value, When
from django.db.models.expressions import Combinable

from accounts.models import Account
from catalog.models import CatalogQuerySet, Source
from catalog.models.assets import AssetKind
from catalog.models.rows import NOTHING, any_of
from catalog.queries.filters import contains
from catalog.queries.mentions import Mentions
from catalog.queries.search_text import Part
from catalog.queries.visibility import shown_rows
from catalog.queries.words import finds_columns

WHOLE = 90  # the least relevance of an asset whose name or path is all that was typed


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchedKind:
    """How one kind is searched: in which texts, by which look-up to its source, in which order."""

    texts: tuple[str, ...]  # look-ups; name first, then what it lies in
    source: str | None
    order: tuple[Any, ...]  # of what is as relevant
    columns: tuple[str, ...] = ()  # what else is read of it


POPULAR = F("popularity").desc(nulls_last=True)
SAID = ("description_raw", "external_description")
# In the order of the page. Columns are a hundred times as many as tables: in the order of an index alone.
SEARCHED_KINDS: Mapping[AssetKind, SearchedKind] = {
    AssetKind.TABLE: SearchedKind(
        texts=("name", "path", *SAID),
        source="schema__database__source",
        order=(POPULAR, "path", "id"),
        columns=("popularity",),
    ),
    AssetKind.DASHBOARD: SearchedKind(
        texts=("name", "folder_path", *SAID),
        source="source",
        order=(POPULAR, "name", "id"),
        columns=("popularity",),
    ),
    AssetKind.TERM: SearchedKind(texts=("name", "parent_term__name", *SAID), source=None, order=("name", "id")),
    AssetKind.COLUMN: SearchedKind(texts=("name", "table__path", *SAID), source="source", order=("id",)),
}


@dataclass(frozen=True, slots=True)
class AssetSearch:
    """What somebody looks for; all that is given has to hold."""

    parts: Sequence[Part] = ()
    source: Source | None = None

    @property
    def kinds(self) -> list[AssetKind]:
        """Columns are among them when they are asked for, or by a word that an index finds."""
        wanted = self.values("kind") or [
            kind for kind in SEARCHED_KINDS if kind != AssetKind.COLUMN or any(map(finds_columns, self.words))
        ]
        return [kind for kind in SEARCHED_KINDS if kind in wanted and kind not in self.values("kind", excluded=True)]

    @property
    def words(self) -> list[str]:
        """Words and phrases to be found."""
        return self.values("")

    @property
    def filters(self) -> "AssetSearch":
        """What has to hold whatever else is found: all but plain words."""
        kept = [part for part in self.parts if part.key or part.is_excluded or part.is_quoted]
        return AssetSearch(kept, self.source)

    def values(self, key: str, *, excluded: bool = False) -> list[str]:
        return [part.value for part in self.parts if part.key == key and part.is_excluded == excluded]


def matching(
    account: Account, search: AssetSearch, kind: AssetKind, named: Mentions, *, texts: Sequence[str] = ()
) -> CatalogQuerySet:
    """The visible assets of one kind for which all holds; with `texts`, words are looked for in these alone."""
    how = SEARCHED_KINDS[kind]
    rows = shown_rows(account, kind)
    if search.source:
        rows = rows.filter(**{how.source: search.source}) if how.source else rows.none()
    for excluded in (False, True):
        for condition in conditions(search, kind, named, texts=texts or how.texts, excluded=excluded):
            rows = rows.filter(~condition if excluded else condition)
    return rows


def conditions(
    search: AssetSearch, kind: AssetKind, named: Mentions, *, texts: Sequence[str], excluded: bool
) -> Iterator[Q]:
    how = SEARCHED_KINDS[kind]
    for word in search.values("", excluded=excluded):
        yield contains(*texts)(word) | named.by_word(word, kind)
    for label in search.values("tag", excluded=excluded):
        yield named.by_tag(label, kind)
    for name in search.values("owner", excluded=excluded):
        yield named.owned(name, kind)
    if sources := search.values("source", excluded=excluded):
        yield any_of(Q(**{f"{how.source}__name__icontains": name}) for name in sources) if how.source else NOTHING


def own_words(words: Collection[str], named: Mentions) -> Q:
    """Columns with one of the words in their own name or tags: an index finds these, among a hundred times as many."""
    by_tag = (named.by_part_of_tag(word, AssetKind.COLUMN) for word in words)
    return any_of([*(Q(name__icontains=word) for word in words if finds_columns(word)), *by_tag])


def relevance(kind: AssetKind, words: Sequence[str]) -> Combinable:
    """How well the name fits: the whole of it before its beginning, that before a part of it, then all other texts."""
    name, place = SEARCHED_KINDS[kind].texts[:2]
    whole = " ".join(words)
    scores = [score((f"{name}__iexact", 100), (f"{place}__iexact", 100), (f"{name}__istartswith", 20), of=whole)]
    # A word has up to 8 points; a column needs 4 more than a table or a dashboard, of which there are far fewer.
    points = (
        (f"{name}__iexact", 8),
        (f"{name}__istartswith", 4),
        (f"{name}__icontains", 2),
        (f"{place}__icontains", 1),
    )
    scores += [score(*points, of=word) for word in words]
    return reduce(add, scores, Value(-4 if kind == AssetKind.COLUMN else 0))


def score(*cases: tuple[str, int], of: str) -> Case:
    """The points of the first look-up that holds for the text."""
    whens = [When(**{look_up: of}, then=Value(points)) for look_up, points in cases]
    return Case(*whens, default=Value(0), output_field=IntegerField())
