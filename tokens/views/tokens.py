"""Settings > API > Tokens: those of an account, and what its administrators do to them there."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from accounts.activity import written_by
from accounts.models import Account, User
from accounts.permissions import account_admin_required, account_of
from accounts.reauthentication import address_of_proof, proved_lately
from tokens import ai_clients, services
from tokens.ai_clients import AiClient
from tokens.calendars import calendar_of
from tokens.clients import actor_from
from tokens.errors import AccountSuspended, ReplacementNotAcknowledged
from tokens.forms import CreateLink, GenerateForm
from tokens.models import ApiToken, TokenEvent, TokenUseQuerySet
from tokens.recipes import recipes_for
from tokens.rotation import rotations_of
from tokens.scopes import Scope
from tokens.usage import integrations_by_token, recent, with_last_use
from tokens.views.connect import address_context

AI_CLIENTS_SHOWN = 3  # of a token in its row; the view MCP has more


@require_safe
@never_cache
@account_admin_required
def settings_api(request: HttpRequest) -> HttpResponse:
    if {"token", "door"} & request.GET.keys():  # the filter of Usage, in a link from when this was all one page
        return redirect(f"{reverse('token-usage')}?{request.GET.urlencode()}")
    account, now = account_of(request), timezone.now()
    people = list(User.objects.administrators_of(account))
    tokens = list(with_last_use(account.tokens.open().order_by("scope")))
    context = address_context() | {
        "tokens": token_rows(account, tokens, now=now),
        "rotations": [one for one in rotations_of(tokens, now=now) if not one.is_finished],
        "calendar": calendar_of(request.user),  # type: ignore[arg-type]  # the guard saw to it
        "unreachable": [person for person in people if not person.is_reachable],
        "reachable": any(person.is_reachable for person in people),
    }
    return render(request, "tokens/settings_api.html", context)


@require_safe
@never_cache
@account_admin_required
def new(request: HttpRequest) -> HttpResponse:
    """The form, filled in by `?name=…&scope=…`; with `?replace=SCOPE` for a successor, which keeps its name."""
    account, now = account_of(request), timezone.now()
    link = CreateLink(request.GET)
    asked = link.cleaned_data if link.is_valid() else dict.fromkeys(link.fields, "")
    if Scope.READ_WRITE in (asked["scope"], asked["replace"]) and not proved_lately(request, now=now):
        return ask_for_proof(request, asked)
    replaced = account.tokens.open().filter(scope=asked["replace"]).first()
    form = GenerateForm.for_account(
        account,
        scope=asked["replace"] or asked["scope"],
        name=asked["name"] or (replaced.name if replaced else ""),
        replacing=replaced is not None,
        now=now,
    )
    return form_page(request, form, status=422 if link.errors else 200, link=link)


@require_POST
@never_cache
@account_admin_required
@sensitive_variables("issued", "context")
def generate(request: HttpRequest) -> HttpResponse:
    form = GenerateForm(request.POST)
    if not form.is_valid():
        return form_page(request, form, status=422)
    if form.chosen_scope == Scope.READ_WRITE and not proved_lately(request, now=timezone.now()):
        return ask_for_proof(request, form.as_link)
    try:
        issued = services.generate_token(
            account_of(request),
            scope=form.chosen_scope,
            name=form.cleaned_data["name"],
            by=actor_from(request),
            now=timezone.now(),
            replaces=form.replaces,
        )
    except ReplacementNotAcknowledged as error:
        return conflict(request, form, current=error.current)
    except AccountSuspended:
        raise PermissionDenied from None  # since the guard looked
    context = address_context() | {
        "token": issued.token,
        "value": issued.secret,
        "recipes": [recipe for recipe in recipes_for(issued.token.account) if issued.token.allows(recipe.scope)],
    }
    return render(request, template(request, "reveal"), context)


@require_safe
@never_cache
@account_admin_required
def confirm_revoke(request: HttpRequest, token_id: UUID) -> HttpResponse:
    token = get_object_or_404(account_of(request).tokens, pk=token_id)
    now = timezone.now()
    expired = token.is_expired(now)
    stopping = None if token.ended_at or expired else ai_clients.who_stops(token, now=now)
    written = written_by([token.pk]).get(token.pk)
    context = {"token": token, "expired": expired, "stopping": stopping, "written": written}
    return render(request, template(request, "revoke"), context)


@require_POST
@account_admin_required
def revoke(request: HttpRequest, token_id: UUID) -> HttpResponse:
    token = get_object_or_404(account_of(request).tokens, pk=token_id)
    if services.revoke_token(token, by=actor_from(request), now=timezone.now()):
        messages.success(request, f"{token.mask} is revoked: the next call with it fails.")
    return redirect("settings-api")


def ask_for_proof(request: HttpRequest, link: dict[str, Any]) -> HttpResponse:
    """Lead to the password or the second factor, and from there to the form, filled in by this link of `CreateLink`."""
    query = urlencode({name: value for name, value in link.items() if value})
    address = address_of_proof(request, then=f"{reverse('token-new')}?{query}")
    if not for_dialog(request):
        return redirect(address)
    return render(request, "tokens/_prove.html", {"address": address, "minutes": settings.REAUTHENTICATION_MINUTES})


def form_page(request: HttpRequest, form: GenerateForm, *, status: int = 200, **context: object) -> HttpResponse:
    """The create form with the active tokens that it would replace and who uses them, as a page or for a dialog."""
    now = timezone.now()
    active = {
        token.scope: token for token in ApiToken.objects.open().filter(account=account_of(request), expires_at__gt=now)
    }
    written = written_by([token.pk for token in active.values()])
    choices = [
        (
            scope,
            token,
            ai_clients.who_stops(token, now=now) if token else None,
            written.get(token.pk) if token else None,
        )
        for scope, token in ((scope, active.get(scope.value)) for scope in Scope)
    ]
    return render(request, template(request, "new"), {"form": form, "choices": choices, **context}, status=status)


def conflict(request: HttpRequest, form: GenerateForm, *, current: ApiToken | None) -> HttpResponse:
    """409: nothing was changed; the form again, with the state of now and what was typed."""
    unticked = current is not None and form.shown == current.pk and not form.cleaned_data["acknowledged"]
    generated = current.events.filter(kind=TokenEvent.Kind.GENERATED).first() if current else None
    kept = {name: form.cleaned_data[name] for name in ("scope", "name", "replacing")}
    fresh = GenerateForm.for_account(account_of(request), now=timezone.now(), **kept)
    return form_page(request, fresh, status=409, conflict=True, unticked=unticked, current=current, generated=generated)


def token_rows(account: Account, tokens: list[ApiToken], *, now: datetime) -> list[dict[str, object]]:
    """The account's open tokens with what the page says of each; integrations are those of the last 30 days."""
    uses = recent(account, now=now)
    integrations = integrations_by_token(uses)
    written = written_by([token.pk for token in tokens])
    return [
        {
            "token": token,
            "days": token.days_left(now),
            "expired": token.is_expired(now),
            "integrations": integrations[token.pk],
            "ai_clients": latest_ai_clients(uses.filter(token=token)) if integrations[token.pk] else [],
            "written": written.get(token.pk),
        }
        for token in tokens
    ]


def latest_ai_clients(uses: TokenUseQuerySet) -> list[AiClient]:
    return ai_clients.ai_clients(uses.answered(), limit=AI_CLIENTS_SHOWN)


def template(request: HttpRequest, name: str) -> str:
    """The fragment for a dialog, or else the whole page, for life without JavaScript."""
    return f"tokens/_{name}.html" if for_dialog(request) else f"tokens/{name}.html"


def for_dialog(request: HttpRequest) -> bool:
    """Whether the page's script asks."""
    return request.headers.get("X-Dialog") == "1"
