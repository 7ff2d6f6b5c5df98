"""The search of the catalog by words: of one account, the best first, with what speaks for each.

A question is words, in English, French or German; none has to be found. `catalog.index` has the words of each asset
with what they say of it; here they are weighed by how rare they are in the account. Of each word the best postings
alone are read, so that the size of the catalog does not matter. What is deleted, hidden or another account's is left
out when the rows are read, whatever the index says. Figures: docs/search.md.
"""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Case, Exists, OuterRef, Q, When
from django.db.models.functions import Lower

from accounts.models import Account
from catalog.index.lexicon import Concept
from catalog.models import DataProduct, OwnerEntity, SearchDue, SearchEntry, TagEntity, TeamOwnerEntity
from catalog.models.assets import AssetKind
from catalog.models.people import OWNED
from catalog.models.rows import HIGHEST_POPULARITY, any_of
from catalog.models.search import GROUPS, SearchGroup
from catalog.queries.references import PLACE_COLUMNS, joined
from catalog.queries.visibility import shown_rows
from catalog.queries.weighing import BESIDE, MAX_MISTYPED, Weighed, Weights, weigh

LEAST_SCORE = 0.25  # of a hit, where the best has 1: below it one common word was found
MAX_POSTINGS = 2_000  # of a word, the best
MAX_CANDIDATES = 200  # whose rows are read
BEST_FOR_EVIDENCE = 3  # of the hits have to cover the question, one of them
LATE = timedelta(seconds=10)
MARKED_AS_GOOD = ("certified", "certification", "gold", "golden")  # tags, in small letters

# What else speaks for an asset, as a share of its score. Measured by the copies of `dev.py bench assistant`.
BOOSTS: Mapping[str, float] = {
    "popularity": 0.10,  # at its highest
    "verified": 0.10,
    "product": 0.05,  # a data product, or a tag that says certified
    "owned": 0.03,
    "described": 0.03,
    "deprecated": -0.25,
}

SHARES = {SearchGroup.COLUMNS: 0.7, SearchGroup.FIELDS: 0.7}  # of what is a part of something else


@dataclass(slots=True)
class Hit:
    """One asset that was found. `score` is out of about 1.3; of one that is called what was asked, 1 more."""

    kind: str
    id: UUID
    score: float
    entry: int = 0


@dataclass(slots=True)
class Hits:
    """The best first. `evidence` is the share of the question that one of the best covers, 0 to 1.

    `unknown` are the words of the question that nothing in the account has; `guessed` those that nothing has either,
    each with the words of the index that it was taken for. `concepts` are all that it asks for.
    """

    items: list[Hit]
    evidence: float = 0.0
    unknown: list[str] = field(default_factory=list)
    guessed: dict[str, list[str]] = field(default_factory=dict)
    concepts: list[Concept] = field(default_factory=list)


def find(
    account: Account,
    question: str,
    *,
    kinds: Collection[str] = (AssetKind.TABLE, AssetKind.DASHBOARD, AssetKind.TERM),
    foreign: bool = True,
    also: Mapping[str, Q] | None = None,
    most: int = MAX_CANDIDATES,
    mistyped: int = MAX_MISTYPED,
) -> Hits:
    """What is found in the groups of these kinds; `also` has a condition for the rows of a kind.

    Of each group the rows of so many are read at `most`, more where a condition lets few of them pass. At most nine
    queries for a group, one more where synonyms bring words, however long the question and however big the catalog.
    """
    hits, known = Hits([]), set[str]()
    for group in dict.fromkeys(GROUPS[kind] for kind in kinds):
        weighed = weigh(account, group, question, foreign=foreign, mistyped=mistyped)
        hits.unknown = hits.unknown if hits.concepts else [concept.said for concept in weighed.concepts]
        known |= weighed.rarity.keys()
        hits.guessed |= weighed.guessed
        hits.concepts = hits.concepts or weighed.concepts  # with what was guessed in the first group
        candidates = best_entries(account, group, weighed.weights, most=most)
        of_group = [kind for kind in kinds if GROUPS[kind] == group]
        ranked = with_boosts(account, question, candidates, of_group, also or {})
        for hit in ranked:
            hit.score *= SHARES.get(group, 1.0)
        hits.items += ranked
        prove(hits, ranked, weighed)
    hits.items.sort(key=lambda hit: -hit.score)
    for concept in hits.concepts:
        if next(iter(concept.words)) in known:  # of another group
            hits.guessed.pop(concept.said, None)
    return hits


def is_behind(account: Account, *, now: datetime) -> bool:
    """Whether something of the account has waited for LATE to be indexed."""
    due = SearchDue.objects.filter(account=account, since__lt=now - LATE)
    return due.exclude(what=SearchDue.What.COUNTS).exists()


# --- Postings --------------------------------------------------------------------------------------

# The key of the table, read backwards: the best postings of a word come first.
OF_A_WORD = """
    SELECT entry_id, impact * CAST(%s AS double precision) AS score FROM (
      SELECT entry_id, impact FROM catalog_searchposting
      WHERE account_id = %s AND "group" = %s AND word = %s ORDER BY impact DESC, entry_id DESC LIMIT {limit}
    ) AS postings
"""
OF_A_CONCEPT = f"""
    SELECT entry_id, {1 - BESIDE} * MAX(score) + {BESIDE} * SUM(score) AS score
    FROM ({{words}}) AS words GROUP BY entry_id
"""  # noqa: S608  # of constants
BEST = """
    SELECT entry.id, entry.kind, entry.asset, best.score FROM (
      SELECT entry_id, SUM(score) AS score FROM ({concepts}) AS concepts
      GROUP BY entry_id ORDER BY score DESC, entry_id LIMIT {limit}
    ) AS best JOIN catalog_searchentry AS entry ON entry.id = best.entry_id
    WHERE entry.account_id = %s
    ORDER BY best.score DESC, entry.id
"""


def candidates(account: Account, group: SearchGroup, question: str, *, foreign: bool, most: int) -> list[Hit]:
    """The entries that fit a question by their words; neither the rows nor what else speaks for them are read."""
    weighed = weigh(account, group, question, foreign=foreign)
    return best_entries(account, group, weighed.weights, most=most)


def best_entries(account: Account, group: SearchGroup, weights: Weights, *, most: int = MAX_CANDIDATES) -> list[Hit]:
    """The entries whose words weigh most, by one statement; the score of the best is 1.

    Of the words that may stand for one thing the best of an entry counts, the others little: who says a thing in two
    ways says one thing.
    """
    if not weights:
        return []
    one, concepts, parameters = OF_A_WORD.format(limit=MAX_POSTINGS), list[str](), list[Any]()
    for words in weights:
        concepts.append(OF_A_CONCEPT.format(words=" UNION ALL ".join([one] * len(words))) if len(words) > 1 else one)
        for word, weight in words.items():
            parameters += [weight, account.pk, int(group), word]
    with connection.cursor() as cursor:
        cursor.execute(BEST.format(concepts=" UNION ALL ".join(concepts), limit=most), [*parameters, account.pk])
        rows = cursor.fetchall()
    highest = rows[0][3] if rows else 1
    return [Hit(kind, as_uuid(asset), float(score / highest), entry=pk) for pk, kind, asset, score in rows]


def as_uuid(value: Any) -> UUID:
    return value if isinstance(value, UUID) else UUID(value)  # SQLite keeps texts


# --- What else speaks for an asset -----------------------------------------------------------------

DESCRIBED = ("description_raw", "external_description")
# To each kind the look-ups of what speaks for it. A column is as popular, and as deprecated, as its table.
FACTS: Mapping[str, dict[str, str]] = {
    AssetKind.TABLE: {"popularity": "popularity", "verified": "verified_at", "deprecated": "deprecated_at"},
    AssetKind.DASHBOARD: {"popularity": "popularity", "verified": "verified_at", "deprecated": "deprecated_at"},
    AssetKind.TERM: {"verified": "verified_at", "deprecated": "deprecated_at"},
    AssetKind.COLUMN: {"popularity": "table__popularity", "deprecated": "table__deprecated_at"},
    AssetKind.DASHBOARD_FIELD: {"popularity": "popularity", "deprecated": "dashboard__deprecated_at"},
}


def with_boosts(
    account: Account, question: str, candidates: Sequence[Hit], kinds: Iterable[str], also: Mapping[str, Q]
) -> list[Hit]:
    """Those that the account may see, the best first; one query for each kind."""
    asked = " ".join(question.split()).casefold()
    shown: list[Hit] = []
    for kind in kinds:
        hits = {hit.id: hit for hit in candidates if hit.kind == kind}
        if hits:
            for facts in facts_of(account, AssetKind(kind), list(hits), also.get(kind, Q())):
                hit = hits[facts["pk"]]
                hit.score = hit.score * boost(AssetKind(kind), facts) + is_called(AssetKind(kind), facts, asked)
                shown.append(hit)
    shown.sort(key=lambda hit: (-hit.score, hit.entry))
    return shown


def facts_of(account: Account, kind: AssetKind, ids: Sequence[UUID], also: Q) -> Iterable[dict[str, Any]]:
    """Of those of these assets that are shown, what `boost` and `is_called` want to know."""
    rows = shown_rows(account, kind).filter(also, pk__in=ids).order_by()
    columns = {"pk", "name", PLACE_COLUMNS[kind], *FACTS[kind].values()}
    said = DESCRIBED if kind != AssetKind.DASHBOARD_FIELD else ("description",)
    described = any_of(Q(**{f"{text}__gt": ""}) for text in said)
    rows = rows.annotate(described=Case(When(described, then=True), default=False))
    if kind.value in OWNED:
        pointing = {kind.value: OuterRef("pk")}
        labels = TagEntity.objects.annotate(small=Lower("tag__label")).filter(small__in=MARKED_AS_GOOD, **pointing)
        people, teams = OwnerEntity.objects.filter(**pointing), TeamOwnerEntity.objects.filter(**pointing)
        rows = rows.annotate(
            owned=Exists(people.order_by()) | Exists(teams.order_by()),
            product=Exists(DataProduct.objects.filter(**pointing).order_by()) | Exists(labels.order_by()),
        )
        columns |= {"owned", "product"}
    facts: Iterable[dict[str, Any]] = rows.values(*columns, "described")
    return facts


def boost(kind: AssetKind, facts: Mapping[str, Any]) -> float:
    """By how much the score of an asset is multiplied for what is known of it."""
    shares = {name: float(bool(facts.get(FACTS[kind].get(name, name)))) for name in BOOSTS}
    popularity = facts.get(FACTS[kind].get("popularity", ""), 0) or 0
    shares["popularity"] = math.log1p(popularity) / math.log1p(HIGHEST_POPULARITY)
    return 1 + sum(BOOSTS[name] * share for name, share in shares.items())


def is_called(kind: AssetKind, facts: Mapping[str, Any], asked: str) -> bool:
    """Whether what was asked is the name or the path of the asset, in any case."""
    place = facts[PLACE_COLUMNS[kind]] or ""
    path = place if kind == AssetKind.TABLE else joined(kind, place, facts["name"])
    return asked in {facts["name"].casefold(), path.casefold()}


def prove(hits: Hits, ranked: Sequence[Hit], weighed: Weighed) -> None:
    """Say how much of the question one of the best of a group covers, and leave in `unknown` what it does not know.

    One query.
    """
    best = SearchEntry.objects.filter(pk__in=[hit.entry for hit in ranked[:BEST_FOR_EVIDENCE]])
    shares = [weighed.share_in(words) for words in best.values_list("words", flat=True)]
    hits.evidence = max([hits.evidence, *shares])
    unknown = weighed.unknown
    hits.unknown = [word for word in hits.unknown if word in unknown]
