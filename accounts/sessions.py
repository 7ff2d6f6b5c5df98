"""Sessions that have expired: nobody can use them, and Django leaves their rows."""

from datetime import datetime

from django.contrib.sessions.models import Session

BATCH = 5_000  # rows deleted by one statement


def forget_expired(now: datetime) -> int:
    """Delete the rows of expired sessions, a batch in a statement; returns how many."""
    gone = 0
    while keys := list(Session.objects.filter(expire_date__lte=now).values_list("pk", flat=True)[:BATCH]):
        gone += Session.objects.filter(pk__in=keys, expire_date__lte=now).delete()[0]
    return gone
