"""The search of the page: what the index finds and what holds the words, best first, with how many there are."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import add
from typing import Any
from uuid import UUID

from django.db.models import Case, F, IntegerField, Q, Value, When
from django.db.models.expressions import Combinable

from accounts.models import Account
from catalog.models import (
    CatalogQuerySet,
    OwnerEntity,
    Source,
    Table,
    TagEntity,
    TeamOwnerEntity,
    Term,
)
from catalog.models.assets import MODELS, AssetKind
from catalog.models.rows import NOTHING, any_of
from catalog.queries.filters import contains
from catalog.queries.mentions import Mentions, mentions
from catalog.queries.references import PLACE_COLUMNS, AssetReference, reference_to
from catalog.queries.search import Hit
from catalog.queries.search import find as search_index
from catalog.queries.search_text import Part
from database.statements import statement_limit

ASSETS_PER_PAGE = 50
MAX_FOUND = 1_000  # who has not found it among these searches on; more are neither counted nor shown
MAX_COLUMNS_RANKED = 5_000  # of those with a word in their name: there may be a million
LEAST_SCORE = 0.25  # of a hit of the index, where the best has 1: below it one common word was found
ALL_WORDS = 0.5  # what it adds to the score that each word is somewhere in an asset or its owners' names
SECONDS = 3  # that PostgreSQL may spend on one statement of a search


Kept = tuple[AssetKind, UUID]


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
        """Words and phrases that have to be found."""
        return self.values("")

    def values(self, key: str, *, excluded: bool = False) -> list[str]:
        return [part.value for part in self.parts if part.key == key and part.is_excluded == excluded]


@dataclass(slots=True)
class ListedAsset:
    """One asset of the page. `popularity` is out of HIGHEST_POPULARITY, `owners` counts people and teams."""

    reference: AssetReference
    source: Source | None
    popularity: int | None = None
    owners: int = 0
    tags: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Found:
    """One page of what was found. More than MAX_FOUND are not counted: MAX_FOUND + 1 of a kind are that or more."""

    assets: list[ListedAsset]
    by_kind: dict[AssetKind, int]
    total: int
    is_capped: bool  # there are more than `total`

    @property
    def pages(self) -> int:
        return -(-self.total // ASSETS_PER_PAGE)


def finds_columns(word: str) -> bool:
    """Whether the word has enough letters and digits for the index of trigrams."""
    return sum(map(str.isalnum, word)) >= 3


def find(account: Account, search: AssetSearch, *, page: int) -> Found:
    """The assets of a page, the first of which is 1; StatementTooSlow when the database needs too long.

    The same number of queries however much is found: who is named, the ids of each kind, the rows of the page.
    """
    with statement_limit(SECONDS):
        named = mentions(
            account, words=all_values(search, ""), tags=all_values(search, "tag"), owners=all_values(search, "owner")
        )
        ids = {kind: ranked_ids(account, search, kind, named) for kind in search.kinds}
        order = {kind: place for place, kind in enumerate(ids)}
        holding = sorted(
            ((-score, order[kind], kind, pk) for kind, pairs in ids.items() for pk, score in pairs[:MAX_FOUND]),
            key=lambda one: one[:2],  # stable: within a kind as the database ordered them
        )
        ranked = best_first([(kind, pk) for _, _, kind, pk in holding], by_words(account, search, named))
        first = (page - 1) * ASSETS_PER_PAGE
        listed = list(listed_assets(account, ranked[:MAX_FOUND][first : first + ASSETS_PER_PAGE]))
    known = {pk for pairs in ids.values() for pk, _ in pairs}
    more = Counter(kind for kind, pk in ranked if pk not in known)
    by_kind = {kind: len(pairs) + more[kind] for kind, pairs in ids.items()}
    number = sum(by_kind.values())
    return Found(listed, by_kind, min(number, MAX_FOUND), is_capped=number > MAX_FOUND)


def by_words(account: Account, search: AssetSearch, named: Mentions) -> list[Hit]:
    """What the index finds by some of the words, where everything else of the search holds."""
    if not search.words:
        return []
    kept = [part for part in search.parts if part.key or part.is_excluded or " " in part.value]
    rest = AssetSearch(kept, search.source)
    also: dict[str, Q] = {
        kind: Q(pk__in=matching(account, rest, kind, named).order_by().values("pk")) for kind in search.kinds
    }
    hits = search_index(account, " ".join(search.words), kinds=search.kinds, also=also).items
    return [hit for hit in hits if hit.score >= LEAST_SCORE]


def best_first(holding: Sequence[Kept], hits: Sequence[Hit]) -> list[Kept]:
    """What holds all words, and what the index found: the best of these first, better still if all words are in it."""
    scores = dict.fromkeys(holding, ALL_WORDS)
    for hit in hits:
        asset = (AssetKind(hit.kind), hit.id)
        scores[asset] = scores.get(asset, 0.0) + hit.score
    return sorted(scores, key=lambda asset: -scores[asset])  # stable


def all_values(search: AssetSearch, key: str) -> list[str]:
    return [*search.values(key), *search.values(key, excluded=True)]


def ranked_ids(account: Account, search: AssetSearch, kind: AssetKind, named: Mentions) -> list[tuple[UUID, int]]:
    """Id and score of the assets of one kind, the best first, MAX_FOUND + 1 at most."""
    rows = matching(account, search, kind, named)
    if kind == AssetKind.COLUMN and search.words:
        candidates = rows.filter(own_words(search.words, named)).order_by().values("pk")[:MAX_COLUMNS_RANKED]
        rows = MODELS[kind].objects.visible_to(account).filter(pk__in=candidates)
    order = SEARCHED_KINDS[kind].order
    if not search.words:
        return [(pk, 0) for pk in rows.order_by(*order).values_list("pk", flat=True)[: MAX_FOUND + 1]]
    ranked = rows.annotate(score=relevance(kind, search.words)).order_by("-score", *order)
    return list(ranked.values_list("pk", "score")[: MAX_FOUND + 1])


def matching(
    account: Account, search: AssetSearch, kind: AssetKind, named: Mentions, *, texts: Sequence[str] = ()
) -> CatalogQuerySet:
    """The visible assets of one kind for which all holds; with `texts`, words are looked for in these alone."""
    how = SEARCHED_KINDS[kind]
    rows: CatalogQuerySet = MODELS[kind].objects.visible_to(account).undeleted().unhidden()
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


def listed_assets(account: Account, shown: Sequence[tuple[AssetKind, UUID]]) -> Iterator[ListedAsset]:
    """These assets in this order, without those that have gone meanwhile."""
    rows: dict[UUID, Any] = {}
    for kind in dict.fromkeys(kind for kind, _ in shown):
        rows |= read_rows(account, kind, [pk for of_kind, pk in shown if of_kind == kind])
    tags, owners = tags_of(account, list(rows)), owners_of(account, list(rows))
    for _, pk in shown:
        if row := rows.get(pk):
            popularity = getattr(row, "popularity", None)
            yield ListedAsset(reference_to(row), source_of(row), popularity, owners[pk], tags[pk])


def read_rows(account: Account, kind: AssetKind, ids: Sequence[UUID]) -> dict[UUID, Any]:
    how = SEARCHED_KINDS[kind]
    columns = ["name", PLACE_COLUMNS[kind], *([f"{how.source}__name"] if how.source else []), *how.columns]
    joins = [column.rpartition("__")[0] for column in columns if "__" in column]
    rows = MODELS[kind].objects.visible_to(account).select_related(*joins).only(*columns)
    return rows.in_bulk(ids)


def source_of(row: Any) -> Source | None:
    if isinstance(row, Term):
        return None
    source: Source = row.schema.database.source if isinstance(row, Table) else row.source
    return source


def tags_of(account: Account, ids: Sequence[UUID]) -> dict[UUID, list[str]]:
    """To each asset its labels, in their order."""
    labels = defaultdict(list)
    names = [kind.value for kind in SEARCHED_KINDS]
    entities = TagEntity.objects.visible_to(account).filter(points_to_any(names, ids)).order_by("tag__label")
    for label, *pointers in entities.values_list("tag__label", *names):
        labels[next(pointer for pointer in pointers if pointer)].append(label)
    return labels


def owners_of(account: Account, ids: Sequence[UUID]) -> Counter[UUID]:
    """To each asset the number of people and teams that own it."""
    names = [kind.value for kind in SEARCHED_KINDS if kind != AssetKind.COLUMN]
    owners: Counter[UUID] = Counter()
    for model in (OwnerEntity, TeamOwnerEntity):
        for pointers in model.objects.visible_to(account).filter(points_to_any(names, ids)).values_list(*names):
            owners.update(pointer for pointer in pointers if pointer)
    return owners


def points_to_any(names: Iterable[str], ids: Sequence[UUID]) -> Q:
    """That one of these columns points to one of these assets."""
    return any_of(Q(**{f"{name}__in": ids}) for name in names)
