"""The search of the page: what the index finds and what holds the words, best first, with how many there are."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic
from typing import Any
from uuid import UUID

from django.db.models import Q

from accounts.models import Account
from catalog.index.words import tokens
from catalog.models import OwnerEntity, Source, Table, TagEntity, TeamOwnerEntity, Term
from catalog.models.assets import MODELS, AssetKind
from catalog.models.rows import any_of
from catalog.queries.holding import SEARCHED_KINDS, WHOLE, AssetSearch, matching, own_words, relevance
from catalog.queries.mentions import Mentions, mentions
from catalog.queries.references import PLACE_COLUMNS, AssetReference, reference_to
from catalog.queries.search import LEAST_SCORE, MAX_CANDIDATES, MAX_POSTINGS, Hit, Hits
from catalog.queries.search import find as search_index
from catalog.queries.similar import MAX_SIMILAR, similar_names
from catalog.queries.words import is_storable, said
from database.statements import StatementTooSlow, statement_limit

ASSETS_PER_PAGE = 50
MAX_FOUND = 1_000  # who has not found it among these searches on; more are neither counted nor shown
MAX_COLUMNS_RANKED = 5_000  # of those with a word in their name: there may be a million
ALL_WORDS = 0.5  # what it adds to the score that each word is somewhere in an asset or its owners' names
ALL_TYPED = 2.0  # and that the name or path is what was typed
DIGITS = 6  # of a score: behind these it depends on the order in which a database adds
SECONDS = 3  # that PostgreSQL may spend on a search
MAX_SAID = 1_000  # characters of a description, in which matching words are looked for

Kept = tuple[AssetKind, UUID]


@dataclass(slots=True)
class ListedAsset:
    """One asset of the page. `popularity` is out of HIGHEST_POPULARITY, `owners` counts people and teams.

    `description` is the beginning of Catalog's text or the source's, as Markdown.
    """

    reference: AssetReference
    source: Source | None
    description: str
    popularity: int | None = None
    owners: int = 0
    tags: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Found:
    """One page of what was found. More than MAX_FOUND are not counted: MAX_FOUND + 1 of a kind are that or more.

    `guessed` are words as they were typed that the account does not have, with the words of the index that they were
    taken for; `unknown` those that it has nothing like, `nearest` paths that look like these. Where something holds all
    words, these three are empty.
    """

    assets: list[ListedAsset]
    by_kind: dict[AssetKind, int]
    total: int
    is_capped: bool  # there are more than `total`
    guessed: dict[str, list[str]] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    nearest: list[str] = field(default_factory=list)

    @property
    def pages(self) -> int:
        return -(-self.total // ASSETS_PER_PAGE)


def find(account: Account, search: AssetSearch, *, page: int) -> Found:
    """The assets of a page, the first of which is 1; StatementTooSlow when the database needs too long.

    The same number of queries however much is found: who is named, the ids of each kind, what the index has, the rows
    of the page; a few more for words that nothing has.
    """
    end = monotonic() + SECONDS
    with statement_limit(SECONDS):
        named = mentions(
            account, words=all_values(search, ""), tags=all_values(search, "tag"), owners=all_values(search, "owner")
        )
        ids = {kind: ranked_ids(account, search, kind, named) for kind in search.kinds}
        hits = by_words(account, search, named)
        ranked = best_first(holding_first(ids), hits.items)
        first = (page - 1) * ASSETS_PER_PAGE
        listed = list(listed_assets(account, ranked[:MAX_FOUND][first : first + ASSETS_PER_PAGE]))
    known = {pk for pairs in ids.values() for pk, _ in pairs}
    more = Counter(kind for kind, pk in ranked if pk not in known)
    by_kind = {kind: len(pairs) + more[kind] for kind, pairs in ids.items()}
    number = sum(by_kind.values())
    odd = {} if known else odd_words(account, search, hits, named, end=end)
    return Found(listed, by_kind, min(number, MAX_FOUND), is_capped=number > MAX_FOUND, **odd)


def holding_first(ids: dict[AssetKind, list[tuple[UUID, int]]]) -> dict[Kept, float]:
    """What holds all words, by how well its name fits, with what that adds to its score."""
    order = {kind: place for place, kind in enumerate(ids)}
    pairs = [(-score, order[kind], kind, pk) for kind, of_kind in ids.items() for pk, score in of_kind[:MAX_FOUND]]
    pairs.sort(key=lambda one: one[:2])  # stable: within a kind as the database ordered them
    return {(kind, pk): ALL_WORDS + (ALL_TYPED if -score >= WHOLE else 0) for score, _, kind, pk in pairs}


def by_words(account: Account, search: AssetSearch, named: Mentions) -> Hits:
    """What the index finds by some of the words, where everything else of the search holds."""
    if not search.words:
        return Hits([])
    rest, also = search.filters, dict[str, Q]()
    if rest.parts or rest.source:
        also = {kind: Q(pk__in=matching(account, rest, kind, named).order_by().values("pk")) for kind in search.kinds}
    most = MAX_POSTINGS if also else MAX_CANDIDATES
    hits = search_index(account, " ".join(search.words), kinds=search.kinds, also=also, most=most)
    hits.items = [hit for hit in hits.items if hit.score >= LEAST_SCORE]
    return hits


def best_first(holding: dict[Kept, float], hits: Sequence[Hit]) -> list[Kept]:
    """What holds all words, and what the index found: the best of these first, better still if all words are in it."""
    scores = dict(holding)
    for hit in hits:
        asset = (AssetKind(hit.kind), hit.id)
        scores[asset] = scores.get(asset, 0.0) + round(hit.score, DIGITS)
    return sorted(scores, key=lambda asset: -scores[asset])  # stable


def odd_words(account: Account, search: AssetSearch, hits: Hits, named: Mentions, *, end: float) -> dict[str, Any]:
    """What `Found` says of words that nothing has."""
    parts = {word: {part for _, of_one in tokens(word) for part in of_one} for word in search.words}
    near = {
        word: [other for part in of_word for other in hits.guessed.get(part, ())] for word, of_word in parts.items()
    }
    guessed = {word: others for word, others in near.items() if others}
    unknown = [word for word, of_word in parts.items() if of_word & set(hits.unknown) and not named.has_owner(word)]
    near_names = nearest(account, search, unknown, seconds=end - monotonic()) if unknown else []
    return {"guessed": guessed, "unknown": unknown, "nearest": near_names}


def nearest(account: Account, search: AssetSearch, unknown: Sequence[str], *, seconds: float) -> list[str]:
    """Paths that look like all that was typed, else like a word that nothing has; none when that takes too long."""
    texts = [text for text in dict.fromkeys((" ".join(search.words), *unknown)) if is_storable(text)]
    paths: dict[str, None] = {}
    with suppress(StatementTooSlow), statement_limit(seconds):
        by_kind = [similar_names(account, kind, texts) for kind in search.kinds if kind != AssetKind.COLUMN]
        paths = dict.fromkeys(path for text in texts for similar in by_kind for path in similar.get(text, ()))
    return list(paths)[:MAX_SIMILAR]


def all_values(search: AssetSearch, key: str) -> list[str]:
    return [*search.values(key), *search.values(key, excluded=True)]


def ranked_ids(account: Account, search: AssetSearch, kind: AssetKind, named: Mentions) -> list[tuple[UUID, int]]:
    """Id and score of the assets of one kind, the best first, MAX_FOUND + 1 at most."""
    rows = matching(account, search, kind, named)
    if kind == AssetKind.COLUMN and search.words:
        # By their ids: what a query inside another finds, PostgreSQL guesses, and may then look for row by row.
        own = rows.filter(own_words(search.words, named))
        candidates = list(own.order_by().values_list("pk", flat=True)[:MAX_COLUMNS_RANKED])
        rows = MODELS[kind].objects.visible_to(account).filter(pk__in=candidates)
    order = SEARCHED_KINDS[kind].order
    if not search.words:
        return [(pk, 0) for pk in rows.order_by(*order).values_list("pk", flat=True)[: MAX_FOUND + 1]]
    ranked = rows.annotate(score=relevance(kind, search.words)).order_by("-score", *order)
    return list(ranked.values_list("pk", "score")[: MAX_FOUND + 1])


def listed_assets(account: Account, shown: Sequence[tuple[AssetKind, UUID]]) -> Iterator[ListedAsset]:
    """These assets in this order, without those that have gone meanwhile."""
    rows: dict[UUID, Any] = {}
    for kind in dict.fromkeys(kind for kind, _ in shown):
        rows |= read_rows(account, kind, [pk for of_kind, pk in shown if of_kind == kind])
    tags, owners = tags_of(account, list(rows)), owners_of(account, list(rows))
    for _, pk in shown:
        if row := rows.get(pk):
            popularity = getattr(row, "popularity", None)
            yield ListedAsset(reference_to(row), source_of(row), row.said, popularity, owners[pk], tags[pk])


def read_rows(account: Account, kind: AssetKind, ids: Sequence[UUID]) -> dict[UUID, Any]:
    how = SEARCHED_KINDS[kind]
    columns = ["name", PLACE_COLUMNS[kind], *([f"{how.source}__name"] if how.source else []), *how.columns]
    joins = [column.rpartition("__")[0] for column in columns if "__" in column]
    rows = MODELS[kind].objects.visible_to(account).select_related(*joins).only(*columns)
    return rows.annotate(said=said(MAX_SAID)).in_bulk(ids)


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
