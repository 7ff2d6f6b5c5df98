"""Events of second factors: what happens to allauth's table of them, whichever page or command changes it.

allauth's own signals come after the commit, where a crash would lose the event; Django's come within the transaction
(`urls.py` opens one where allauth does not).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from allauth.core import context
from allauth.mfa.models import Authenticator
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.utils import timezone

from accounts import audit
from accounts.actors import Actor, person_from
from accounts.models import PeopleEvent

Kind, Type = PeopleEvent.Kind, Authenticator.Type
told_as_one: ContextVar[bool] = ContextVar("told_as_one", default=False)


@contextmanager
def no_events_of_their_own() -> Iterator[None]:
    """For a service that takes several factors away and writes one event of all."""
    before = told_as_one.set(True)
    try:
        yield
    finally:
        told_as_one.reset(before)


@receiver(post_save, sender=Authenticator)
def factor_added(instance: Authenticator, *, created: bool, raw: bool = False, **kwargs: Any) -> None:
    if not created or raw:  # used, renamed, looked at; or restored
        return
    codes = instance.type == Type.RECOVERY_CODES
    record(Kind.RECOVERY_CODES_GENERATED if codes else Kind.SECOND_FACTOR_ADDED, instance)


@receiver(post_delete, sender=Authenticator)
def factor_removed(instance: Authenticator, **kwargs: Any) -> None:
    if told_as_one.get():
        return
    if instance.type != Type.RECOVERY_CODES:  # those go when new ones come, or with the last factor
        record(Kind.SECOND_FACTOR_REMOVED, instance)


def record(kind: PeopleEvent.Kind, factor: Authenticator) -> None:
    what = {"type": str(factor.type)}
    sides = {"before": what} if kind == Kind.SECOND_FACTOR_REMOVED else {"after": what}
    audit.record_event(kind, factor.user, by=whoever_asks(), now=timezone.now(), **sides)


def whoever_asks() -> Actor | None:
    """The person behind the page that is being answered; None outside one."""
    request = context.request
    return person_from(request) if request is not None and request.user.is_authenticated else None
