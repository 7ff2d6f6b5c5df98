"""What the search suggests while somebody types: assets by their names, and filters for the last word."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Concat

from accounts.models import Account, Team, User
from catalog.models import Source, Tag
from catalog.models.assets import AssetKind
from catalog.models.rows import any_of
from catalog.queries.assets import SECONDS, read_rows
from catalog.queries.holding import SEARCHED_KINDS, AssetSearch, matching, relevance
from catalog.queries.mentions import Mentions
from catalog.queries.references import reference_to
from catalog.queries.search_text import MAX_PARTS, Part, parts_of, written
from database.statements import statement_limit

MIN_LENGTH = 2  # characters of a word for which anything is suggested
MAX_ASSETS = 6
MAX_FILTERS = 6  # when a filter is typed
MAX_TAGS = 2  # beside assets, when a word is typed
SUGGESTED_KINDS = (AssetKind.TABLE, AssetKind.DASHBOARD, AssetKind.TERM)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An asset with the address of its page, or a search that goes on from the text with a filter."""

    label: str
    detail: str
    url: str = ""
    text: str = ""
    value: str = ""  # the filter's value alone


def suggest(account: Account, text: str) -> list[Suggestion]:
    """A few, the best first; none for less than MIN_LENGTH characters of a word. At most seven queries.

    StatementTooSlow when the database needs too long.
    """
    parts = list(parts_of(text))[: MAX_PARTS + 1]
    last = parts[-1] if parts else None
    if last is None or len(parts) > MAX_PARTS:
        return []
    with statement_limit(SECONDS):
        if last.key:
            return list(filters(account, text, last, MAX_FILTERS))
        if len(last.value) < MIN_LENGTH:
            return []
        tags = filters(account, text, replace(last, key="tag"), MAX_TAGS)
        return [*assets(account, [part for part in parts if not part.key and not part.is_excluded]), *tags]


def assets(account: Account, words: list[Part]) -> list[Suggestion]:
    """Assets with all the words in their name or in what they lie in; one query for each kind, another for its rows."""
    if not words:
        return []
    search, found = AssetSearch(words), []
    for kind in SUGGESTED_KINDS:
        rows = matching(account, search, kind, Mentions(account), texts=SEARCHED_KINDS[kind].texts[:2])
        scored = rows.annotate(score=relevance(kind, search.words))
        best = scored.order_by("-score", *SEARCHED_KINDS[kind].order).values_list("pk", "score")[:MAX_ASSETS]
        found += [(score, kind, pk) for pk, score in best]
    found.sort(key=lambda one: -one[0])  # stable: within a kind as the database ordered them
    chosen = found[:MAX_ASSETS]
    rows_by_id: dict[Any, Any] = {}
    for kind in dict.fromkeys(kind for _, kind, _ in chosen):
        rows_by_id |= read_rows(account, kind, [pk for _, of_kind, pk in chosen if of_kind == kind])
    references = [reference_to(rows_by_id[pk]) for _, _, pk in chosen if pk in rows_by_id]
    return [Suggestion(one.path, one.kind.label, url=one.url) for one in references]


def filters(account: Account, text: str, last: Part, most: int) -> Iterator[Suggestion]:
    """The text with its last part completed to a filter."""
    minus = "-" if last.is_excluded else ""
    for value, label in values(account, last)[:most]:
        if '"' not in value:  # it could not be written
            completed = f"{text[: last.start]}{minus}{written(last.key, value)} "
            yield Suggestion(label, last.key.capitalize(), text=completed, value=value)


def values(account: Account, part: Part) -> list[tuple[str, str]]:
    """What the filter of this part may say, and how it is shown; those that begin with what was typed come first."""
    if part.key == "kind":
        return [(kind.value, kind.label) for kind in SEARCHED_KINDS if kind.value.startswith(part.value.lower())]
    if part.key == "owner":
        return owners(account, part.value)
    rows, column = {
        "tag": (Tag.objects.visible_to(account), "label"),
        "source": (Source.objects.visible_to(account).undeleted(), "name"),
    }[part.key]
    return [(name, name) for name in beginning_first(rows, column, part.value)]


def owners(account: Account, word: str) -> list[tuple[str, str]]:
    """People by name or address, then teams."""
    people = User.objects.filter(account=account).annotate(full=Concat("first_name", Value(" "), "last_name"))
    called = people.filter(any_of([Q(full__icontains=word), Q(email__icontains=word)])).order_by("full", "email")
    found = [
        (email, f"{full.strip()}, {email}".lstrip(", "))
        for full, email in called.values_list("full", "email")[:MAX_FILTERS]
    ]
    teams = beginning_first(Team.objects.filter(account=account), "name", word)
    return [*found[: MAX_FILTERS - len(teams[:2])], *((name, name) for name in teams)]


def beginning_first(rows: QuerySet[Any], column: str, word: str) -> list[str]:
    """MAX_FILTERS names that hold the word, those that begin with it first."""
    begins: Mapping[str, Any] = {f"{column}__istartswith": word}
    holding = (
        rows.filter(**{f"{column}__icontains": word}).annotate(first=Q(**begins)).order_by(F("first").desc(), column)
    )
    return list(holding.values_list(column, flat=True)[:MAX_FILTERS])
