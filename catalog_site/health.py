"""Probes for platforms: is the process alive, and can it do its work?"""

import redis
from django.conf import settings
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

PROBE_TIMEOUT = 2  # seconds


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """200 while the process answers; it asks nobody else, so that a database outage restarts no process."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when database and broker answer, else 503; the body says which one does not."""
    checks = {"database": database_answers(), "broker": broker_answers()}
    ready = all(checks.values())
    body = {"status": "ok" if ready else "unavailable"} | {name: "ok" if up else "away" for name, up in checks.items()}
    return JsonResponse(body, status=200 if ready else 503)


def database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
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
