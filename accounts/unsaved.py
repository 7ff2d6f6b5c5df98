"""What somebody wrote is not lost: a form that is refused shows its texts again, to be copied.

A view declares the texts of its form, and whatever refuses it shows them: the view's guard, or the check of CSRF.
"""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from accounts.models import User

View = Callable[..., HttpResponseBase]

SIGNED_OUT = "You were signed out meanwhile. Copy what you wrote, sign in again, and paste it."
NO_ACCOUNT = "Only people of an account can write here."
MAY_NOT = "You may not write here any more. Ask an administrator of your account."
GONE = "What you wrote about is gone."
OLD = "The form had grown old. Copy what you wrote, open the page again, and paste it. Cookies have to be allowed."


def texts_kept(labels: Mapping[str, str], *, gone: str = GONE) -> Callable[[View], View]:
    """Declares the texts of a view's form: to each field its label. They are shown again when their writer was signed
    out, may not write any more, or when it is gone what they are about, of which `gone` is the sentence.
    """

    def declare(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not texts_of(request, labels):
                return view(request, *args, **kwargs)
            if not isinstance(request.user, User) or not request.user.is_active:
                return unsaved(request, labels, SIGNED_OUT, status=403)
            if request.user.account_id is None:
                return unsaved(request, labels, NO_ACCOUNT, status=403)
            try:
                return view(request, *args, **kwargs)
            except PermissionDenied:
                return unsaved(request, labels, MAY_NOT, status=403)
            except Http404:
                return unsaved(request, labels, gone, status=404)

        guarded.texts = labels  # type: ignore[attr-defined]
        return guarded

    return declare


@never_cache
def unsaved(request: HttpRequest, labels: Mapping[str, str], why: str, *, status: int) -> HttpResponse:
    return render(request, "accounts/unsaved.html", {"why": why, "texts": texts_of(request, labels)}, status=status)


def texts_of(request: HttpRequest, labels: Mapping[str, str]) -> list[tuple[str, str]]:
    """The label and the text of each field that was sent and is not empty."""
    return [(label, text) for name, label in labels.items() if (text := request.POST.get(name, ""))]


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Nothing was done. Texts are shown again to whoever sent them from a page of ours: no other site writes on one."""
    is_ours = request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
    labels = getattr(request.resolver_match.func, "texts", {}) if is_ours and request.resolver_match else {}
    if texts_of(request, labels):
        return unsaved(request, labels, OLD, status=403)
    return render(request, "accounts/csrf_failure.html", status=403)
