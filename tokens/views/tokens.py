"""Settings > API: the page of an account's administrators, and what they do to tokens there."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from accounts.activity import written_by
from accounts.models import Account, User
from accounts.permissions import account_admin_required, account_of
from tokens import services
from tokens.calendars import calendar_of
from tokens.clients import actor_from
from tokens.errors import AccountSuspended, ReplacementNotAcknowledged
from tokens.forms import GenerateForm
from tokens.models import ApiToken, TokenEvent
from tokens.recipes import RECIPES
from tokens.rotation import rotations_of
from tokens.scopes import Scope
from tokens.usage import integrations_by_token, recent, who_stops, with_last_use
from tokens.views.usage import usage_context

MAX_EVENTS_SHOWN = 10  # events; the others are on a page of their own


@require_safe
@never_cache
@account_admin_required
def settings_api(request: HttpRequest) -> HttpResponse:
    account, now = account_of(request), timezone.now()
    people = list(User.objects.administrators_of(account))
    events = list(TokenEvent.objects.of_account(account).order_by("-id")[: MAX_EVENTS_SHOWN + 1])
    tokens = list(with_last_use(account.tokens.open().order_by("scope")))
    rotations = rotations_of(tokens, now=now)
    usage = usage_context(request, rotations, now=now)
    usage["calendar"] = calendar_of(request.user)  # type: ignore[arg-type]  # the guard saw to it
    context = usage | {
        "account": account,
        "api_base_url": settings.API_BASE_URL,
        "region": settings.REGION.upper(),
        "tokens": token_rows(account, tokens, now=now),
        "rotations": [rotation for rotation in rotations if not rotation.is_finished],
        "recipes": RECIPES,
        "unreachable": [person for person in people if not person.is_reachable],
        "reachable": any(person.is_reachable for person in people),
        "events": events[:MAX_EVENTS_SHOWN],
        "more_events": len(events) > MAX_EVENTS_SHOWN,
    }
    return render(request, "tokens/settings_api.html", context, status=422 if usage["filter"].errors else 200)


@require_safe
@never_cache
@account_admin_required
def new(request: HttpRequest) -> HttpResponse:
    """The form; with `?replace=SCOPE` for a successor of the active token, which keeps its name."""
    scope = request.GET.get("replace", "")
    replaced = account_of(request).tokens.open().filter(scope=scope).first()
    form = GenerateForm.for_account(account_of(request), scope=scope, name=replaced.name if replaced else "")
    return form_page(request, form, replacing=replaced)


@require_POST
@never_cache
@account_admin_required
@sensitive_variables("issued")
def generate(request: HttpRequest) -> HttpResponse:
    form = GenerateForm(request.POST)
    if not form.is_valid():
        return form_page(request, form, status=422)
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
    return render(request, template(request, "reveal"), {"token": issued.token, "value": issued.secret})


@require_safe
@never_cache
@account_admin_required
def confirm_revoke(request: HttpRequest, token_id: UUID) -> HttpResponse:
    token = get_object_or_404(account_of(request).tokens, pk=token_id)
    now = timezone.now()
    expired = token.is_expired(now)
    stopping = [] if token.ended_at or expired else who_stops(token, now=now)
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


def form_page(request: HttpRequest, form: GenerateForm, *, status: int = 200, **context: object) -> HttpResponse:
    """The create form with the active tokens that it would replace and who uses them, as a page or for a dialog."""
    now = timezone.now()
    active = {
        token.scope: token for token in ApiToken.objects.open().filter(account=account_of(request), expires_at__gt=now)
    }
    written = written_by([token.pk for token in active.values()])
    choices = [
        (scope, token, who_stops(token, now=now) if token else [], written.get(token.pk) if token else None)
        for scope, token in ((scope, active.get(scope.value)) for scope in Scope)
    ]
    return render(request, template(request, "new"), {"form": form, "choices": choices, **context}, status=status)


def conflict(request: HttpRequest, form: GenerateForm, *, current: ApiToken | None) -> HttpResponse:
    """409: nothing was changed; the form again, with the state of now and what was typed."""
    unticked = current is not None and form.shown == current.pk and not form.cleaned_data["acknowledged"]
    generated = current.events.filter(kind=TokenEvent.Kind.GENERATED).first() if current else None
    fresh = GenerateForm.for_account(
        account_of(request), scope=form.cleaned_data["scope"], name=form.cleaned_data["name"]
    )
    return form_page(request, fresh, status=409, conflict=True, unticked=unticked, current=current, generated=generated)


def token_rows(account: Account, tokens: list[ApiToken], *, now: datetime) -> list[dict[str, object]]:
    """The account's open tokens with what the page says of each; integrations are those of the last 30 days."""
    integrations = integrations_by_token(recent(account, now=now))
    written = written_by([token.pk for token in tokens])
    return [
        {
            "token": token,
            "days": token.days_left(now),
            "expired": token.is_expired(now),
            "integrations": integrations[token.pk],
            "written": written.get(token.pk),
        }
        for token in tokens
    ]


def template(request: HttpRequest, name: str) -> str:
    """The fragment for a dialog, when the page's script asks; else the whole page, for life without JavaScript."""
    return f"tokens/_{name}.html" if request.headers.get("X-Dialog") == "1" else f"tokens/{name}.html"
