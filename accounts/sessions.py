"""Sessions that have expired: nobody can use them, and Django leaves their rows."""

from datetime import datetime

from django.contrib.sessions.models import Session

SESSIONS_PER_DELETE = 5_000


def forget_expired(now: datetime) -> int:
    """Delete the rows of expired sessions, SESSIONS_PER_DELETE in a statement; returns how many."""
    gone = 0
    while keys := list(Session.objects.filter(expire_date__lte=now).values_list("pk", flat=True)[:SESSIONS_PER_DELETE]):
        gone += Session.objects.filter(pk__in=keys, expire_date__lte=now).delete()[0]
    return gone
