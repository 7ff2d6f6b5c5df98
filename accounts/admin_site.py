"""The admin as a whole: who gets in and how, and how dates are written there."""

from functools import wraps
from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import SimpleTemplateResponse

from accounts.frame import READERS_DATES, dates_of
from accounts.permissions import operator_required


class OperationsSite(AdminSite):
    """Django's, behind one guard; its own pages for signing in and for passwords lead to those of everybody."""

    site_header = site_title = "Catalog operations"
    index_title = "What Catalog knows"

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        return operator_required(dated(super().admin_view(view, cacheable)))

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return redirect("admin:index")  # whose guard leads to sign-in

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return redirect("account_change_password")  # which limits guesses of the old one


def dated(view: Any) -> Any:
    """The view's page with dates as the operator chose to read them; it is rendered here, while that is known."""

    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        before = READERS_DATES.set(dates_of(request.user))
        try:
            answer: HttpResponse = view(request, *args, **kwargs)
            return answer.render() if isinstance(answer, SimpleTemplateResponse) else answer
        finally:
            READERS_DATES.reset(before)

    return shown
