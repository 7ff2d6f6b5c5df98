"""Assets: the search of the catalog, where everybody of an account begins."""

from contextlib import suppress
from dataclasses import asdict, dataclass
from itertools import chain
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.permissions import account_of, account_required
from catalog.markdown import plain
from catalog.models.assets import AssetKind
from catalog.queries.assets import MAX_FOUND, Found, find
from catalog.queries.holding import SEARCHED_KINDS
from catalog.queries.matches import Matcher, as_written
from catalog.queries.search import is_behind
from catalog.queries.search_text import MAX_LENGTH, Part, parts_of
from catalog.queries.suggestions import suggest
from catalog.views.forms import AssetFilter
from database.statements import StatementTooSlow

TOO_SLOW = "This search took too long and was stopped. Choose a kind or a source, or search for longer words."
PLURALS = {
    AssetKind.TABLE: "Tables",
    AssetKind.DASHBOARD: "Dashboards",
    AssetKind.TERM: "Terms",
    AssetKind.COLUMN: "Columns",
}


@dataclass(frozen=True, slots=True)
class KindLink:
    """One way to narrow the search to a kind; `count` is empty when it was not searched."""

    label: str
    query: str
    count: str = ""
    is_chosen: bool = False


@require_safe
@never_cache
@account_required
def assets(request: HttpRequest) -> HttpResponse:
    account = account_of(request)
    chosen = AssetFilter(account, request.GET)
    found, status, page = None, 200, 1
    if chosen.is_valid():
        page = chosen.cleaned_data["page"] or 1
        try:
            found = find(account, chosen.search, page=page)
        except StatementTooSlow:
            chosen.add_error(None, TOO_SLOW)
    if found is None:
        status = 422
    elif page > max(found.pages, 1):
        status = 404
    kept = without(request.GET, "page")
    context = {
        "account": account,
        "filter": chosen,
        "found": found,
        "is_filtered": any(kept.values()),
        "query": kept.urlencode(),
        "kinds": kind_links(request.GET, found),
        "page": page,
        "previous": page - 1,
        "next": page + 1 if found and page < found.pages else None,
        "is_beyond": status == 404,
        "max_found": MAX_FOUND,
    }
    if found:
        context |= words_to_try(chosen)
        context |= found_by(chosen.search.words, found)
        context["is_behind"] = is_behind(account, now=timezone.now())
    return render(request, "catalog/assets.html", context, status=status)


def words_to_try(chosen: AssetFilter) -> dict[str, Any]:
    """The words of a search; and these alone, when something else narrows it."""
    words = chosen.search.words
    alone = " ".join(word if [*parts_of(word)] == [Part(word)] else f'"{word}"' for word in words)
    narrowed = len(chosen.search.parts) > len(words) or chosen.search.source
    return {"words": words, "words_alone": alone if narrowed else ""}


def found_by(words: list[str], found: Found) -> dict[str, Any]:
    """What marks the words that were looked for; and of those that nothing has, what was looked for instead."""
    guessed = [other for others in found.guessed.values() for other in others]
    instead: dict[str, str] = {}
    if guessed and found.assets:
        texts = [(one.reference.path, *one.tags, plain(one.description)) for one in found.assets]
        instead = {word: as_written(others, chain.from_iterable(texts)) for word, others in found.guessed.items()}
    return {"matcher": Matcher(words, guessed) if words else None, "instead": instead}


def kind_links(given: QueryDict, found: Found | None) -> list[KindLink]:
    """Everything, then each kind, with how many were found of those that were searched."""
    now = given.get("kind", "")
    links = [KindLink("Everything", without(given, "kind", "page").urlencode(), is_chosen=not now)]
    for kind in SEARCHED_KINDS:
        query = without(given, "page")
        query["kind"] = kind.value
        number = found.by_kind.get(kind) if found else None
        count = "" if number is None else f"{MAX_FOUND:,}+" if number > MAX_FOUND else f"{number:,}"
        links.append(KindLink(PLURALS[kind], query.urlencode(), count, is_chosen=now == kind))
    return links


def without(given: QueryDict, *names: str) -> QueryDict:
    """What was sent but for these, and but for what is empty."""
    kept = given.copy()
    for name in [*names, *(name for name, value in given.items() if not value)]:
        kept.pop(name, None)
    return kept


@require_safe
@never_cache
@account_required
def suggestions(request: HttpRequest) -> HttpResponse:
    """What the search box suggests for the text so far, as JSON; nothing for a text that is too long or no text."""
    text = request.GET.get("q", "")
    found: list[Any] = []
    if len(text) <= MAX_LENGTH and text.isprintable():
        with suppress(StatementTooSlow):
            found = [asdict(one) for one in suggest(account_of(request), text)]
    return JsonResponse({"suggestions": found})
