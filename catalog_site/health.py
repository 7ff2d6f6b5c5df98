"""Probes: is the process alive, can it do its work, and does mail get out?"""

import redis
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import Error, connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from api.mcp import metrics as of_tools
from assistant import metrics as of_assistant
from catalog.metrics import Search
from database.deadlines import deadline
from notifications import health, metrics

PROBE_TIMEOUT = 2  # seconds
CHECKS_TIMEOUT = 10  # seconds for what is read of the outbox: whoever polls waits no longer


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """200 while the process answers; it asks nobody else, so that a database outage restarts no process."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when everything is well, else 503; the body says what is not. For alerts: a load balancer asks /healthz."""
    body = {"database": "ok" if database_answers() else "away"}
    if settings.EMAIL_JOBS == "beat":  # only jobs need the broker
        body["broker"] = "ok" if broker_answers() else "away"
    if body["database"] == "ok":
        body |= checks()
    ready = set(body.values()) == {"ok"}
    return JsonResponse({"status": "ok" if ready else "unavailable"} | body, status=200 if ready else 503)


@require_safe
@never_cache
def metrics_page(request: HttpRequest) -> HttpResponse:
    """The same facts for Prometheus, to a caller with METRICS_TOKEN."""
    if not settings.METRICS_TOKEN:
        raise Http404
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not constant_time_compare(given.strip(), settings.METRICS_TOKEN):
        raise PermissionDenied
    now = timezone.now()
    said = metrics.exposition(now, Search(now)) + of_assistant.exposition(now) + of_tools.exposition()
    return HttpResponse(said, content_type=metrics.CONTENT_TYPE)


def checks() -> dict[str, str]:
    """Only ok or red: the address is open to anybody, and what a provider says may name people."""
    try:
        with deadline(CHECKS_TIMEOUT):
            return {check.name: "ok" if check.ok else "red" for check in health.checks(timezone.now())}
    except Error:
        return {"database": "away"}


def database_answers() -> bool:
    try:
        with deadline(PROBE_TIMEOUT), connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:  # also InterfaceError, of a connection that was cut
        return False
    return True


def broker_answers() -> bool:
    client = redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=PROBE_TIMEOUT, socket_connect_timeout=PROBE_TIMEOUT
    )
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()
