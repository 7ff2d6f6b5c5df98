"""The line that is written of each request; and middleware of pages alone, which calls at the API's doors pass by."""

from typing import Any

import structlog
from csp.middleware import CSPMiddleware
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils.cache import add_never_cache_headers
from django.utils.deprecation import MiddlewareMixin
from django_structlog.middlewares import RequestMiddleware

from accounts.actors import address
from api.errors import RETRY_AFTER_OUTAGE
from api.middleware import is_door
from database.errors import OUTAGES, report


class RequestLines(RequestMiddleware):
    """With the address that the token's history shows: the library believes whatever X-Forwarded-For says first."""

    @classmethod
    def bind_ip(cls, request: HttpRequest) -> None:
        agent = request.META.get("HTTP_USER_AGENT", "")
        structlog.contextvars.bind_contextvars(ip=address(request), user_agent=agent)


class OfPages(MiddlewareMixin):
    def __call__(self, request: HttpRequest) -> Any:
        if is_door(request.path_info):
            return self.get_response(request)
        try:
            return super().__call__(request)
        except OUTAGES as error:  # of what it does itself: a session is saved here
            return unavailable(error)


def unavailable(error: Exception) -> HttpResponse:
    """What a page answers whose database does not. The template asks for nothing that is stored."""
    report(error)
    headers = {"Retry-After": str(RETRY_AFTER_OUTAGE), "Cache-Control": "no-store"}
    return HttpResponse(render_to_string("503.html"), status=503, headers=headers)


class PageOutages(OfPages):
    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """For what a view raises. A developer reads the traceback."""
        return unavailable(exception) if isinstance(exception, OUTAGES) and not settings.DEBUG else None


class PageSessions(OfPages, SessionMiddleware):
    pass


class PageUsers(OfPages, AuthenticationMiddleware):
    """What somebody sees who is signed in is kept nowhere, so that the Back button asks anew after they have left."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        # Only a session that somebody has read can have shown in the page. Reading it here would cost a query, and fail
        # where the answer is that the database is away.
        if response.status_code < 500 and request.session.accessed and SESSION_KEY in request.session:
            add_never_cache_headers(response)
        return response


class PageMessages(OfPages, MessageMiddleware):
    pass


class PagePolicy(OfPages, CSPMiddleware):
    pass
