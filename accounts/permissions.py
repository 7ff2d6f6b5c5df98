"""Who may open a page."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def account_admin_required(view: View[P]) -> View[P]:
    """Lets administrators of an account in; nobody is led to sign-in, others get 403."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_administrator:  # type: ignore[union-attr]  # login_required saw to it
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return login_required(guarded)
