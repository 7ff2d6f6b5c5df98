"""Leaves a provider of language models alone when it says so or does not answer: a row, for every process alike.

After each pause one question tries again, and the others wait for how that went. A provider that refuses our key is not
asked again until something of the configuration changes. A pause that no right clock can have given is void (decision
0020).
"""

import logging
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Q
from django.utils.crypto import salted_hmac

from accounts import audit
from accounts.actors import Actor
from assistant.models import Breaker
from jobs.leases import MAX_CLOCK_SKEW

logger = logging.getLogger(__name__)

FIRST_PAUSE = 30  # seconds; each that follows is twice as long
LONGEST_PAUSE = 600
LONGEST_ASKED = 3_600  # that a provider may ask for
TRIAL = timedelta(seconds=60)  # the one question has for its answer


def provider() -> str:
    """Whom the site asks: the host of its models."""
    return urlsplit(settings.ASSISTANT_BASE_URL).netloc


def configuration() -> str:
    """What a key is refused for, as a hash that tells nothing of it."""
    said = f"{settings.ASSISTANT_MODEL}\n{settings.ASSISTANT_BASE_URL}\n{settings.ASSISTANT_API_KEY}"
    return salted_hmac("assistant.breaker", said, algorithm="sha256").hexdigest()


def lets_through(now: datetime) -> bool:
    """Whether the provider may be asked now."""
    row = Breaker.objects.filter(provider=provider()).first()
    if row is None:
        return True
    if row.configuration:
        return row.configuration != configuration()
    if row.open_until is None:
        return True
    if now < row.open_until <= now + timedelta(seconds=LONGEST_ASKED) + MAX_CLOCK_SKEW:
        return False
    same = Breaker.objects.filter(pk=row.pk, open_until=row.open_until, configuration="")
    return bool(same.update(open_until=now + TRIAL))


def note_success(now: datetime) -> None:
    """The provider answered: everybody may ask."""
    shut = Breaker.objects.filter(~Q(open_until=None, wait=0, configuration=""), provider=provider())
    shut.update(open_until=None, wait=0, configuration="", reason="", changed_at=now)


def note_failure(why: str, *, asked: float | None = None, now: datetime) -> None:
    """Ask nobody there for a while: as long as the provider `asked` for, in seconds, else twice as long as last time.

    Two failures at once count as one.
    """
    row, _ = Breaker.objects.get_or_create(provider=provider(), defaults={"changed_at": now})
    longer = min(max(row.wait * 2, FIRST_PAUSE), LONGEST_PAUSE)
    wait = longer if asked is None else min(max(int(asked), 1), LONGEST_ASKED)
    Breaker.objects.filter(pk=row.pk, changed_at=row.changed_at).update(
        open_until=now + timedelta(seconds=wait), wait=wait, configuration="", reason=why, changed_at=now
    )
    logger.warning("assistant_model_away provider=%s why=%s seconds=%s", row.provider, why, wait)


def note_refusal(why: str, *, now: datetime) -> None:
    """Ask nobody there until the configuration changes, and tell the operators, once."""
    refused = configuration()
    row, _ = Breaker.objects.get_or_create(provider=provider(), defaults={"changed_at": now})
    others = Breaker.objects.filter(pk=row.pk).exclude(configuration=refused)
    if others.update(configuration=refused, open_until=None, wait=0, reason=why, changed_at=now):
        logger.error("assistant_model_refused provider=%s why=%s", row.provider, why)


def close_breaker(row: Breaker, *, by: Actor, now: datetime) -> bool:
    """Let the provider be asked again at once, as an operator may; False if it may already."""
    shut = Breaker.objects.filter(~Q(open_until=None, configuration=""), pk=row.pk)
    if not shut.update(open_until=None, wait=0, configuration="", reason="", changed_at=now):
        return False
    audit.record("close_breaker", kind="breaker", ids=[row.pk], by=by, now=now, detail=row.provider)
    return True
