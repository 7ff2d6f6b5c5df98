"""Settings > API > Tokens: the boards of who has moved to a new token, and "Done" with one."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import account_admin_required, account_of
from tokens import services
from tokens.clients import actor_from
from tokens.rotation import rotations, rotations_of
from tokens.views.tokens import template


@require_safe
@never_cache
@account_admin_required
def boards(request: HttpRequest) -> HttpResponse:
    """The part of *Tokens* that shows who has moved, for its script to fetch again and again."""
    rotating = [one for one in rotations(account_of(request), now=timezone.now()) if not one.is_finished]
    return render(request, "tokens/_rotations.html", {"rotations": rotating})


@require_safe
@never_cache
@account_admin_required
def confirm_finish(request: HttpRequest, token_id: UUID) -> HttpResponse:
    """What hiding the board means, and how far its clients are; 404 when it is hidden or there is none."""
    now = timezone.now()
    token = get_object_or_404(account_of(request).tokens.active(now), pk=token_id)
    rotation = next((one for one in rotations_of([token], now=now) if not one.is_finished), None)
    if rotation is None:
        raise Http404
    return render(request, template(request, "finish_rotation"), {"rotation": rotation})


@require_POST
@account_admin_required
def finish(request: HttpRequest, token_id: UUID) -> HttpResponse:
    """Hide the board. Of a token that has ended meanwhile there is none any more."""
    token = get_object_or_404(account_of(request).tokens, pk=token_id)
    if not token.ended_at and services.finish_rotation(token, by=actor_from(request), now=timezone.now()):
        messages.success(request, f"The list of who moves to {token.short_mask} is hidden.")
    return redirect("settings-api")
