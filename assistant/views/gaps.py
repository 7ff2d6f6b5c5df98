"""Gaps: what the catalog could not tell, for those who look after it, and how to mend it on the spot."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.actors import person_from
from accounts.bodies import takes_body
from accounts.permissions import account_of, account_steward_required
from accounts.unsaved import texts_kept
from assistant.gaps import gaps_of
from catalog.errors import CatalogError, InvalidInput, NotFound, TermExists
from catalog.models import Synonym
from catalog.rules.documentation import MAX_MARKDOWN_LENGTH
from catalog.services.knowledge import create_term
from catalog.services.synonyms import add_synonym, remove_synonym

MAX_BYTES = 12 * MAX_MARKDOWN_LENGTH + 20_000  # of a term; forms send up to twelve bytes a character


@require_safe
@never_cache
@account_steward_required
def show(request: HttpRequest) -> HttpResponse:
    return page(request)


@require_POST
@never_cache
@texts_kept({"word": "Word", "other": "Means the same as"})
@account_steward_required
def synonym(request: HttpRequest) -> HttpResponse:
    """Say that a word means the same as another."""
    word, other = sent(request, "word"), sent(request, "other")

    def add() -> str:
        row = {"word": word, "other": other}
        add_synonym(account_of(request), row=row, by=person_from(request), now=timezone.now())  # type: ignore[arg-type]
        return f"From the next question on, “{word}” and “{other}” mean the same."

    return mended(request, add)


@takes_body(of=MAX_BYTES)
@require_POST
@never_cache
@texts_kept({"name": "Term", "description": "What it means"})
@account_steward_required
def term(request: HttpRequest) -> HttpResponse:
    """Write down what a word means."""
    name, text = sent(request, "name"), sent(request, "description")

    def create() -> str:
        row = {"name": name, "description": text}
        by, now = person_from(request), timezone.now()
        create_term(account_of(request), row=row, by=by, now=now, allow_duplicate=False)  # type: ignore[arg-type]
        return f"The term “{name}” is in the catalog, and found from the next question on."

    return mended(request, create)


@require_POST
@account_steward_required
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        remove_synonym(account_of(request), pk, by=person_from(request), now=timezone.now())
        messages.success(request, "The synonym is removed.")
    except NotFound:
        messages.info(request, "That synonym was removed already.")
    return redirect("ask-gaps")


def mended(request: HttpRequest, mend: Callable[[], str]) -> HttpResponse:
    """Back to the page; or the page with what was written, and why it was not taken."""
    try:
        messages.success(request, mend())
    except TermExists as fault:
        return page(request, error=f"There is a term “{fault.name}” already: describe it there.", status=422)
    except (InvalidInput, CatalogError) as fault:
        return page(request, error=str(fault), status=422)
    return redirect("ask-gaps")


def page(request: HttpRequest, *, error: str = "", status: int = 200) -> HttpResponse:
    account = account_of(request)
    context: dict[str, Any] = {
        "account": account,
        "gaps": gaps_of(account),
        "synonyms": Synonym.objects.visible_to(account),
        "error": error,
        "sent": request.POST if error else {},
    }
    return render(request, "assistant/gaps.html", context, status=status)


def sent(request: HttpRequest, name: str) -> str:
    return request.POST.get(name, "").strip()
