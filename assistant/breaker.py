"""Leaves a provider of language models alone when it says so or does not answer: a row, for every process alike.

After each pause one question tries again, and the others wait for how that went. A provider that refuses our key is not
asked again until something of the configuration changes. What comes of a request counts unless the row changed after
the request began. A pause that no right clock can have given is void (decision 0020).
"""

import logging
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Q, QuerySet
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


def is_left_alone(row: Breaker, now: datetime) -> bool:
    """Whether nobody may ask this provider: it refused the configuration of today, or its pause is not over."""
    if row.configuration == configuration():
        return True
    end = row.open_until
    return end is not None and now < end <= now + timedelta(seconds=LONGEST_ASKED) + MAX_CLOCK_SKEW


def providers(now: datetime) -> list[tuple[Breaker, bool]]:
    """Every provider that was ever left alone, and whether it is now."""
    return [(row, is_left_alone(row, now)) for row in Breaker.objects.order_by("provider")]


def lets_through(now: datetime) -> bool:
    """Whether a request may leave for the provider now; after a pause one, until it is known how that went."""
    row = Breaker.objects.filter(provider=provider()).first()
    if row is None:
        return True
    if is_left_alone(row, now):
        return False
    if row.open_until is None:
        return True
    same = Breaker.objects.filter(pk=row.pk, changed_at=row.changed_at, open_until=row.open_until)
    return bool(same.update(open_until=now + TRIAL, changed_at=now))


def unchanged_since(began: datetime, now: datetime) -> "QuerySet[Breaker]":
    """The row of the provider, unless it changed after a request began: what came of that one is old news then."""
    of_then = Q(changed_at__lte=began) | Q(changed_at__gt=now + MAX_CLOCK_SKEW)
    return Breaker.objects.filter(of_then, provider=provider())


def note_success(*, began: datetime, now: datetime) -> None:
    """The provider answered a request that began then: everybody may ask."""
    shut = unchanged_since(began, now).exclude(open_until=None, wait=0, configuration="")
    shut.update(open_until=None, wait=0, configuration="", reason="", changed_at=now)


def note_failure(
    why: str, *, began: datetime, now: datetime, asked: float | None = None, is_fault_of_site: bool = False
) -> None:
    """Ask nobody there for a while: as long as the provider `asked` for, in seconds, else twice as long as last time.

    Of failures at once one counts. A refused configuration stays refused. `is_fault_of_site`: operators have to do
    something about it, and are told, once.
    """
    Breaker.objects.get_or_create(provider=provider(), defaults={"changed_at": began})
    row = unchanged_since(began, now).first()
    if row is None:
        return
    longer = min(max(row.wait * 2, FIRST_PAUSE), LONGEST_PAUSE)
    wait = longer if asked is None else min(max(int(asked), 1), LONGEST_ASKED)
    same = Breaker.objects.filter(pk=row.pk, changed_at=row.changed_at)
    if same.update(open_until=now + timedelta(seconds=wait), wait=wait, reason=why, changed_at=now):
        level = logging.ERROR if is_fault_of_site and row.reason != why else logging.WARNING
        logger.log(level, "assistant_model_away provider=%s why=%s seconds=%s", row.provider, why, wait)


def note_refusal(why: str, *, began: datetime, now: datetime) -> None:
    """Ask nobody there until the configuration changes, and tell the operators, once."""
    refused = configuration()
    Breaker.objects.get_or_create(provider=provider(), defaults={"changed_at": began})
    others = unchanged_since(began, now).exclude(configuration=refused)
    if others.update(configuration=refused, open_until=None, wait=0, reason=why, changed_at=now):
        logger.error("assistant_model_refused provider=%s why=%s", provider(), why)


def close_breaker(row: Breaker, *, by: Actor, now: datetime) -> bool:
    """Let the provider be asked again at once, as an operator may; False if it may already."""
    shut = Breaker.objects.filter(~Q(open_until=None, configuration=""), pk=row.pk)
    if not shut.update(open_until=None, wait=0, configuration="", reason="", changed_at=now):
        return False
    audit.record("close_breaker", kind="breaker", ids=[row.pk], by=by, now=now, detail=row.provider)
    return True
