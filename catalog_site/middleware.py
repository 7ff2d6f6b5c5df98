"""The log line of each request; the host of uploads; and middleware for pages alone, which calls of the API pass by."""

from collections.abc import Callable
from typing import Any

import structlog
from csp.middleware import CSPMiddleware
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.request import split_domain_port
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.cache import add_never_cache_headers
from django.utils.deprecation import MiddlewareMixin
from django_structlog.middlewares import RequestMiddleware

from accounts.actors import address
from api.middleware import refusal
from api.paths import is_door, is_upload
from api.problems import RETRY_AFTER_OUTAGE
from database.errors import OUTAGES, report


class RequestLines(RequestMiddleware):
    """With the address that TRUSTED_PROXY_COUNT leads to; the library would believe the first of X-Forwarded-For."""

    @classmethod
    def bind_ip(cls, request: HttpRequest) -> None:
        agent = request.META.get("HTTP_USER_AGENT", "")
        structlog.contextvars.bind_contextvars(ip=address(request), user_agent=agent)


class IngestHost:
    """Gives uploads a host of their own, if INGEST_BASE_URL names one: there is nothing else on it but /healthz.

    Before whatever redirects or serves files.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.INGEST_HOST:
            there, path = split_domain_port(request.get_host())[0] == settings.INGEST_HOST, request.path_info
            if there != is_upload(path) and not (there and path == "/healthz"):
                return refusal(request, "not_found", detail="There is nothing here.")
        return self.get_response(request)


class OfPages(MiddlewareMixin):
    """Middleware that the API's doors do without; a database that is away in it is answered with the page for that."""

    def __call__(self, request: HttpRequest) -> Any:
        if is_door(request.path_info):
            return self.get_response(request)
        try:
            return super().__call__(request)
        except OUTAGES as error:  # of what it does itself: a session is saved here
            return unavailable(error)


def unavailable(error: Exception) -> HttpResponse:
    """503, from a template that needs no database."""
    report(error)
    headers = {"Retry-After": str(RETRY_AFTER_OUTAGE), "Cache-Control": "no-store"}
    return HttpResponse(render_to_string("503.html"), status=503, headers=headers)


class PageOutages(OfPages):
    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """503 for an outage that a view raises; with DEBUG, Django's traceback."""
        return unavailable(exception) if isinstance(exception, OUTAGES) and not settings.DEBUG else None


class PageMethods(OfPages):
    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """405 of a page as a page, to whoever reads HTML; the address knows what it takes, and says so as before."""
        if not isinstance(response, HttpResponseNotAllowed) or "text/html" not in request.headers.get("Accept", ""):
            return response
        page = render(request, "405.html", status=405)
        page.headers["Allow"] = response.headers["Allow"]
        return page


class PageSessions(OfPages, SessionMiddleware):
    pass


class PageUsers(OfPages, AuthenticationMiddleware):
    """`no-store` on whatever signed-in people see, so that the Back button asks anew after they have signed out."""

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
