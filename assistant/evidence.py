"""The evidence for one question: the assets that it may be about, with what is known of them.

Found by the search of the catalog, and for a question that points back, among the assets that the conversation named
last. Everything is read through what the account may see. Fewer than thirty queries, with those of the search.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from accounts.models import Account
from assistant.drafts import MAX_CANDIDATES, Candidate, Count, Evidence
from assistant.facts import add_facts, candidates_of
from assistant.intents import Intent, Reading, read
from assistant.properties import Listed, listed
from catalog.index.words import fold, without_wholes, words_of
from catalog.models import Column, Schema, TagEntity
from catalog.models.assets import AssetKind
from catalog.models.knowledge import TAGGED
from catalog.models.search import GROUPS
from catalog.queries.finding import rows_called
from catalog.queries.search import LEAST_SCORE, Hits, find
from catalog.queries.visibility import points_to_shown, shown_rows
from catalog.queries.words import is_storable

MAX_BEFORE = 8  # assets of earlier answers that a question may point back to
MAX_PARTS = 30  # columns that the search found, of which the tables are read
MAX_MISTYPED = 2  # words for which others are looked for
NEARLY = 0.5  # of the best score: so much is enough for what is of the kind that the question names
HALF = 0.5  # of the words of a name, or of a question
SEVERAL = 2  # words
SAME_PART = 0.6  # of the best column's score: these are meant as well
WHOLES = (AssetKind.TABLE, AssetKind.DASHBOARD, AssetKind.TERM)
PLACE_PARTS = re.compile(r"[./]")
PLACE_WORDS = {"schema", "schemas", "database", "base", "datenbank", "db"}

Scores = dict[tuple[str, UUID], float]


def gather(account: Account, question: str, *, before: Sequence[str] = (), now: datetime) -> Evidence:
    """What the catalog knows of this question.

    `before` are the assets that the last answers of the conversation cited, the newest first: by ids or paths.
    """
    reading = read(question)
    if reading.intent is Intent.LIST:
        if some := listed(account, reading):
            return evidence_of_list(account, question, reading, some)
        reading = replace(reading, intent=Intent.FIND)
    has_words = bool(words_of(reading.subject)) and is_storable(reading.subject)
    hits = search(account, reading, columns=asks_for_column(reading) and not before) if has_words else Hits([])
    asked = [frozenset(concept.words) for concept in hits.concepts]
    parts, scores = parts_and_scores(account, hits)
    pointed_to = cited_before(account, before) if before and (reading.refers or not has_words) else []
    found = candidates_of(account, best_of(scores, pointed_to))
    add_facts(account, found, asked=() if reading.intent is Intent.COLUMNS else asked, parts=parts)
    score = settle_reference(found, pointed_to, asked, hits.evidence)
    if reading.wanted:
        prefer(found, reading.wanted)
    if reading.intent is Intent.OWNER:
        score = keep_meant(found, asked, score)
    evidence = Evidence(
        question=question,
        language=reading.language,
        intent=reading.intent,
        score=score,
        unknown=hits.unknown,
        asked=asked,
        candidates=found,
        terms=[one for one in found if one.kind == AssetKind.TERM],
    )
    if reading.intent is Intent.COUNT:
        evidence.counts = counts_of(account, reading, evidence)
    return evidence


def evidence_of_list(account: Account, question: str, reading: Reading, some: Listed) -> Evidence:
    found = candidates_of(account, some.scores)
    add_facts(account, found, asked=(), parts={})
    return Evidence(
        question=question,
        language=reading.language,
        intent=reading.intent,
        score=1.0,
        candidates=found,
        terms=[one for one in found if one.kind == AssetKind.TERM],
        counts=some.counts,
        listed=reading.listed,
    )


def search(account: Account, reading: Reading, *, columns: bool) -> Hits:
    """What the search finds of the subject; with columns, these as well. Mistyped words are guessed once."""
    hits = find(account, reading.subject, kinds=WHOLES, mistyped=MAX_MISTYPED)
    if columns:
        found = find(account, reading.subject, kinds=[AssetKind.COLUMN], mistyped=0)
        hits.items += found.items
        hits.evidence = max(hits.evidence, found.evidence)
        hits.unknown = [word for word in hits.unknown if word in found.unknown]
    return hits


def prefer(found: list[Candidate], kind: str) -> None:
    """Put what is of the kind that was asked for first, unless it is far from what is best."""
    least = NEARLY * max((one.score for one in found), default=0.0)
    found.sort(key=lambda one: one.kind != kind or one.score < least)  # stable


def asks_for_column(reading: Reading) -> bool:
    """Not when all columns of something are asked for, or how many."""
    return reading.names_part and reading.intent not in {Intent.COLUMNS, Intent.COUNT}


# --- Which assets ----------------------------------------------------------------------------------


def parts_and_scores(account: Account, hits: Hits) -> tuple[dict[UUID, float], Scores]:
    """The columns that are meant, and the assets found; the table of a column scores as the column does. One query."""
    scores: Scores = {}
    columns: dict[UUID, float] = {}
    for hit in hits.items:
        if hit.kind == AssetKind.COLUMN:
            columns[hit.id] = hit.score
        elif hit.score >= LEAST_SCORE:
            scores[hit.kind, hit.id] = hit.score
    best = max(columns.values(), default=0.0)
    meant = {pk: score for pk, score in list(columns.items())[:MAX_PARTS] if score >= SAME_PART * best}
    if meant:
        tables = Column.objects.visible_to(account).filter(pk__in=meant).values_list("pk", "table")
        for pk, table in tables.order_by():
            key = (AssetKind.TABLE.value, table)
            scores[key] = max(scores.get(key, 0.0), meant[pk])
    return meant, scores


def best_of(scores: Scores, pointed_to: Sequence[tuple[str, UUID]]) -> Scores:
    """The assets to read: those that were spoken of before, and the best that were found."""
    best = sorted(scores, key=lambda key: (-scores[key], key[1]))[: MAX_CANDIDATES - len(pointed_to)]
    return {key: scores[key] for key in best} | {key: scores.get(key, 0.0) for key in pointed_to}


def cited_before(account: Account, before: Sequence[str]) -> list[tuple[str, UUID]]:
    """The assets of these ids or paths that are shown, in their order; of a path that several have, the first."""
    names = [name for name in dict.fromkeys(before) if is_storable(name)][:MAX_BEFORE]
    called: dict[str, tuple[str, UUID]] = {}
    for kind in WHOLES:
        for name, rows in rows_called(account, kind, names).items():
            called.setdefault(name, (kind.value, rows[0].pk))
    return list(dict.fromkeys(called[name] for name in names if name in called))


def settle_reference(
    found: list[Candidate],
    pointed_to: Sequence[tuple[str, UUID]],
    asked: Sequence[frozenset[str]],
    evidence: float,
) -> float:
    """Put first what the question points back to, where that covers as much as what was found; the score of it all."""
    order = {pk: place for place, (_, pk) in enumerate(pointed_to)}
    covers = {one.id: cover(one, asked) for one in found if one.id in order}
    score = max(covers.values(), default=0.0)
    if covers and (score >= evidence or not asked):
        best = max(one.score for one in found)
        for one in found:
            one.score = max(one.score, best) if one.id in order else one.score
        found.sort(key=lambda one: (one.id not in order, -covers.get(one.id, 0.0), order.get(one.id, 0), -one.score))
        return score
    found[:] = [one for one in found if one.score > 0]
    return evidence


def keep_meant(found: list[Candidate], asked: Sequence[frozenset[str]], score: float) -> float:
    """Keep what the question is about, for of nothing else an owner is named; the score, 0 when nothing is."""
    if meant := [one for one in found if is_about(one, asked)]:
        found[:] = meant
    return score if meant else 0.0


def is_about(one: Candidate, asked: Sequence[frozenset[str]]) -> bool:
    """Whether an asset is what was asked for, and not one whose texts happen to have a word of it.

    Its name, what it lies in, or a tag is, by half of their words; or one of its columns; or it has several words of
    the question anywhere, and half of them all.
    """
    if not asked or any(column.asked for column in one.columns):
        return True
    names = [one.path, one.name, PLACE_PARTS.split(one.place)[-1], *one.tags]
    if any(is_called(name, asked) for name in names):
        return True
    covered = cover(one, asked)
    return covered >= HALF and covered * len(asked) >= SEVERAL


def is_called(name: str, asked: Sequence[frozenset[str]]) -> bool:
    words = without_wholes(words_of(name))
    return bool(words) and sum(any(word in wanted for wanted in asked) for word in words) >= HALF * len(words)


def cover(one: Candidate, asked: Sequence[frozenset[str]]) -> float:
    """The share of the words asked that are anywhere in what is known of an asset; 1 when nothing more was asked."""
    texts = [one.path, *one.tags, *(text for _, text in one.texts)]
    texts += [f"{column.name} {column.text}" for column in one.columns]
    words = {word for text in texts for word in words_of(text)}
    return sum(bool(words & wanted) for wanted in asked) / len(asked) if asked else 1.0


# --- How many --------------------------------------------------------------------------------------


def counts_of(account: Account, reading: Reading, evidence: Evidence) -> list[Count]:
    """The number that was asked for, exactly; none when the subject is neither a place nor a tag nor an asset."""
    kind = AssetKind(reading.counted)
    if kind == AssetKind.COLUMN and evidence.candidates and evidence.score >= LEAST_SCORE:
        best = next((one for one in evidence.candidates if one.kind != AssetKind.TERM), None)
        return [Count(kind.value, best.column_count, of=best.path)] if best else []
    if not words_of(reading.subject):
        return [Count(kind.value, shown_rows(account, kind).count())]
    if not is_storable(reading.subject):
        return []
    return count_in_place(account, kind, reading.subject) or count_with_tag(account, kind, reading.subject)


def count_in_place(account: Account, kind: AssetKind, subject: str) -> list[Count]:
    """Tables of the schemas that are called so, or that lie in a database that is. At most two queries."""
    if kind != AssetKind.TABLE:
        return []
    name = " ".join(word for word in subject.split() if fold(word) not in PLACE_WORDS) or subject
    database, _, schema = name.rpartition(".")
    called = Q(name__iexact=schema, database__name__iexact=database)
    if not database:
        called = Q(name__iexact=name) | Q(database__name__iexact=name)
    schemas = list(
        Schema.objects.visible_to(account).undeleted().unhidden().filter(called).values_list("pk", flat=True)
    )
    return [Count(kind.value, shown_rows(account, kind).filter(schema__in=schemas).count(), of=name)] if schemas else []


def count_with_tag(account: Account, kind: AssetKind, subject: str) -> list[Count]:
    """Assets of this kind with the tag of exactly this label, in any case. One query."""
    if kind.value not in TAGGED or kind.value not in GROUPS:
        return []
    tagged = TagEntity.objects.visible_to(account).filter(
        points_to_shown("", [kind]), tag__label__iexact=subject, **{f"{kind.value}__isnull": False}
    )
    number = tagged.values(kind.value).distinct().count()
    return [Count(kind.value, number, of=subject)] if number else []
