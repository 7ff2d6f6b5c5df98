"""Emails to people about their own sign-in: the link that sets a password, and what of it has changed."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse

from accounts.links import absolute, password_link
from accounts.models import PasswordResetRequest, PeopleEvent, User
from notifications.models import Email, new_email, one_line
from notifications.recipients import can_be_mailed, is_usable
from notifications.subjects.subject import Context, Copy, Subject

Event, State = PeopleEvent.Kind, Email.State

MAX_REQUESTS_PER_TRANSACTION = 500
CHANGES = (
    *(Event.PASSWORD_CHANGED, Event.ADDRESS_CHANGED),
    *(Event.SECOND_FACTOR_ADDED, Event.SECOND_FACTOR_REMOVED, Event.SECOND_FACTOR_RESET),
    Event.RECOVERY_CODES_GENERATED,
)
FACTORS = {"totp": "An authenticator app", "webauthn": "A passkey or security key"}
SEVERAL = {"totp": "Authenticator app", "webauthn": "passkeys"}


class PasswordReset(Subject):
    """A link to whoever asked for one. It is made when it is sent, the same at every attempt, and kept nowhere."""

    kinds: ClassVar[Mapping[str, str]] = {"password_reset": "Password link"}
    is_secret = True

    def context(self, email: Email, *, now: datetime) -> Context:
        link = password_link(email.recipient, at=email.owed_at)
        return {"address": email.to, "password_url": link, "until": link_ends_at(email)}

    def refusal(self, email: Email, facts: Context, *, now: datetime) -> Email.State | None:
        moved = email.recipient.email.lower() != email.to.lower()
        gone = not email.recipient.is_active or not can_be_mailed(email.recipient)
        return State.CANCELLED if moved or gone or now >= link_ends_at(email) else None

    def plan(self, now: datetime) -> int:
        planned, more = 0, True
        while more:
            new, more = answer_requests(now)
            planned += new
        return planned


def link_ends_at(email: Email) -> datetime:
    """Until when the link works."""
    return email.owed_at + timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)


@transaction.atomic
def answer_requests(now: datetime) -> tuple[int, bool]:
    """Owe a link to those of the oldest requests who are somebody, and forget all of them.

    Returns how many are owed one now, and whether more requests may wait. Each request is one planner's, and whoever
    waits for a link already gets no second one.
    """
    page = list(PasswordResetRequest.objects.select_for_update(skip_locked=True)[:MAX_REQUESTS_PER_TRANSACTION])
    people = who_may_reset({request.address for request in page})
    unsettled = Email.objects.unsettled().filter(kind="password_reset", recipient__in=people)
    waiting = set(unsettled.values_list("recipient", flat=True))
    asking = [person for person in people if person.pk not in waiting]
    rows = [new_email(kind="password_reset", recipient=one, address=one.email, now=now) for one in asking]
    Email.objects.bulk_create(rows, ignore_conflicts=True)  # another planner may have been first
    PasswordResetRequest.objects.filter(pk__in=[request.pk for request in page]).delete()
    return len(rows), len(page) == MAX_REQUESTS_PER_TRANSACTION


def who_may_reset(addresses: Collection[str]) -> list[User]:
    """The people who sign in with these addresses (in small letters) and may do so."""
    open_account = Q(account=None) | Q(account__suspended_at=None)
    activated = User.objects.filter(open_account, status=User.Status.ACTIVATED)
    people = activated.annotate(small=Lower("email")).filter(small__in=addresses)
    return [person for person in people if can_be_mailed(person)]


class SignInChanges(Subject):
    """What changed of somebody's sign-in, to that person, also a suspended one; a new address to the old one, too."""

    kinds: ClassVar[Mapping[str, str]] = {kind.value: kind.label for kind in CHANGES}

    def context(self, email: Email, *, now: datetime) -> Context:
        event = event_of(email)
        return {
            "address": email.to,
            "event": event,
            "by": "" if event.actor_name == email.recipient.email else one_line(event.actor_name),
            "set_by": event.after.get("by", ""),
            "factor": FACTORS.get(event.before.get("type") or event.after.get("type", ""), "A second factor"),
            "factors": factors_of(event),
            "second_factor_url": absolute(reverse("mfa_index")),
            "reset_url": absolute(reverse("account_reset_password")),
        }

    def refusal(self, email: Email, facts: Context, *, now: datetime) -> Email.State | None:
        return None if can_be_mailed(email.recipient, at=email.to) else State.CANCELLED

    def recipients(self, event: PeopleEvent) -> Sequence[Copy]:
        if event.kind not in self.kinds:
            return ()
        addresses = [event.person.email]
        if event.kind == Event.ADDRESS_CHANGED:
            addresses = [event.before["email"], event.after["email"]]
        return [Copy(event.kind, event.person, address) for address in addresses if is_usable(address)]


def event_of(email: Email) -> PeopleEvent:
    assert email.people_event is not None  # of each of its kinds
    return email.people_event


def factors_of(event: PeopleEvent) -> str:
    """What a reset took away, with a capital letter first; recovery codes are not named."""
    types = event.before.get("types", "").split(", ")
    named = " and ".join(label for kind, label in SEVERAL.items() if kind in types)
    return f"{named[:1].upper()}{named[1:]}" or "Recovery codes"
