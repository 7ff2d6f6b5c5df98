"""Who may open the pages of Imports: nobody, while INGESTION_ENABLED is off."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from accounts.permissions import account_admin_required, account_of, account_steward_required
from ingestion.models import Batch

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def lookers(view: View[P]) -> View[P]:
    """Lets stewards and administrators of an account in."""
    return unless_off(account_steward_required(view))


def actors(view: View[P]) -> View[P]:
    """Lets administrators of an account in."""
    return unless_off(account_admin_required(view))


def unless_off(view: View[P]) -> View[P]:
    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not settings.INGESTION_ENABLED:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def batch_or_404(request: HttpRequest, batch_id: UUID) -> Batch:
    """The account's; another account's is unknown as one that never was."""
    batch = Batch.objects.filter(account=account_of(request), pk=batch_id).select_related("source").first()
    if batch is None:
        raise Http404
    return batch


def for_dialog(request: HttpRequest) -> bool:
    """Whether the page's script asks."""
    return request.headers.get("X-Dialog") == "1"
