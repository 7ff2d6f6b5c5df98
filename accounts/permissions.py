"""Who may open a page."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.models import Account, User

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
SECOND_FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]  # recovery codes alone are none


def account_admin_required(view: View[P]) -> View[P]:
    """Lets administrators of an account in. Whoever has not signed in is sent to do so, anybody else gets 403."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not isinstance(request.user, User):
            return to_sign_in(request)
        if not request.user.is_administrator:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def account_required(view: View[P]) -> View[P]:
    """Lets everybody of an account in. Whoever has not signed in is sent to do so.

    An operator without an account gets 403 with a page that says why.
    """

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not isinstance(request.user, User) or not request.user.is_active:
            return to_sign_in(request)
        if request.user.account_id is None:
            return render(request, "accounts/no_account.html", status=403)
        return view(request, *args, **kwargs)

    return guarded


def account_writer_required(view: View[P]) -> View[P]:
    """Lets those of an account in who may write in its catalog; a viewer gets 403."""
    return required(lambda user: user.may_write, view)


def account_steward_required(view: View[P]) -> View[P]:
    """Lets stewards and administrators of an account in; others of it get 403."""
    return required(is_steward, view)


def is_steward(user: User) -> bool:
    """Whether this person looks after the words of an account's catalog: its stewards, and its administrators."""
    return user.may_write and user.role in {User.Role.ADMIN, User.Role.STEWARD}


def required(may: Callable[[User], bool], view: View[P]) -> View[P]:
    @wraps(view)
    @account_required
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        assert isinstance(request.user, User)
        if not may(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def operator_required(view: View[P]) -> View[P]:
    """Lets operators in. Whoever has not signed in is sent to do so, anybody else gets 403.

    With OPERATORS_NEED_SECOND_FACTOR an operator without one is led to where it is set up, and told why.
    """

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not isinstance(request.user, User):
            return to_sign_in(request)
        if not request.user.is_active or not request.user.is_staff:
            raise PermissionDenied
        if settings.OPERATORS_NEED_SECOND_FACTOR and not is_mfa_enabled(request.user, SECOND_FACTORS):
            messages.warning(request, "Operators sign in with a second factor: set one up here, then the admin opens.")
            return redirect("mfa_index")
        return view(request, *args, **kwargs)

    return guarded


def to_sign_in(request: HttpRequest) -> HttpResponseBase:
    """Redirects to sign-in, and from there back to the page; to the home page when this was no GET."""
    return redirect_to_login(request.get_full_path() if request.method == "GET" else reverse("home"))


def account_of(request: HttpRequest) -> Account:
    """The only account that this request may touch: that of the person who signed in."""
    assert isinstance(request.user, User)
    assert request.user.account is not None
    return request.user.account
