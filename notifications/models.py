"""The outbox, what it has planned already and when to check again; and the inbox of the embedded default."""

import uuid
from datetime import datetime, timedelta
from email.utils import make_msgid
from typing import Any, ClassVar
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.models import Account, PeopleEvent, User
from jobs.leases import LeasedQuerySet, LeasedRow, leased_exactly_while
from tokens.models import ApiToken, TokenEvent
from tokens.rules import is_control

RETRY_WINDOW = timedelta(hours=24)  # as long as providers keep an idempotency key (Resend: 24 hours)
MAX_LINE_LENGTH = 300  # characters of an error that are kept
MAX_ATTEMPTS = 32  # what the delays of an email allow in the window, with room for jitter


def one_line(text: str) -> str:
    """The text on one line, without control characters: any database and any header takes it."""
    clean = "".join(" " if is_control(character) else character for character in text[: MAX_LINE_LENGTH * 4])
    return " ".join(clean.split())[:MAX_LINE_LENGTH]


class PlannedEvent(models.Model):
    """One row is a token event whose emails are in the outbox."""

    event = models.OneToOneField(TokenEvent, models.PROTECT, primary_key=True, related_name="+")
    planned_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Event {self.event_id}"


class PlannedPeopleEvent(models.Model):
    """One row is an event of a person whose emails, if it owes any, are in the outbox."""

    event = models.OneToOneField(PeopleEvent, models.PROTECT, primary_key=True, related_name="+")
    planned_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Event {self.event_id}"


class NextNotice(models.Model):
    """One row says that notices about an account may be due from `next_notice_at` on: the sweep checks it then.

    Triggers of the database add rows that are due at once; `schedule` alone takes rows away, and adds later ones.
    An account may have several, and may have gone: there is no foreign key, so that nobody waits for a lock
    (decision 0009).
    """

    account = models.ForeignKey(Account, models.CASCADE, null=True, db_constraint=False, related_name="+")
    # Or the account of this token: triggers of other tables do not look it up.
    token = models.ForeignKey(
        ApiToken, models.CASCADE, null=True, db_constraint=False, db_index=False, related_name="+"
    )
    next_notice_at = models.DateTimeField(null=True)  # never, unless something changes
    unreachable = models.BooleanField(default=False)  # a notice is due, and there is nobody who can be told

    class Meta:
        ordering = ("next_notice_at",)
        indexes = (
            models.Index(fields=("next_notice_at",), name="next_notice_at"),
            models.Index(fields=("account",), condition=models.Q(unreachable=True), name="next_notice_to_nobody"),
        )

    def __str__(self) -> str:
        return f"Account {self.account_id}" if self.account_id else f"Token {self.token_id}"


class EmailQuerySet(LeasedQuerySet["Email"]):
    """`claims.CLAIM` says by hand what `due` and `claim` do."""

    def with_facts(self) -> "EmailQuerySet":
        """Each with all rows that it tells of, and those that decide whether it may leave."""
        return self.select_related("token__account", "event__replaced", "people_event", "recipient__account")

    def unsettled(self) -> "EmailQuerySet":
        return self.filter(state__in=(Email.State.PENDING, Email.State.SENDING))


KINDS_ABOUT_TOKENS = ("generated", "revoked", "expires_30", "expires_7", "expires_1", "expired", "still_sent")
ABOUT_TOKEN = models.Q(token__isnull=False, account__isnull=False, people_event=None)


class Email(LeasedRow):
    """One row is one message to one person.

    Its `kind` is of a subject (`subjects/`, decision 0017). About a token it has one of three shapes: an event, an
    expiry (no event), or an old token that is still sent (no event, but a `day`). All others have no token.
    """

    class Kind(models.TextChoices):  # about tokens; other subjects name theirs themselves
        GENERATED = "generated", "Generated"
        REVOKED = "revoked", "Revoked"
        EXPIRES_30 = "expires_30", "Expires in 30 days"
        EXPIRES_7 = "expires_7", "Expires in 7 days"
        EXPIRES_1 = "expires_1", "Expires in 1 day"
        EXPIRED = "expired", "Expired"
        STILL_SENT = "still_sent", "Old token still sent"

    class State(models.TextChoices):
        PENDING = "pending", "Pending"
        SENDING = "sending", "Sending"
        SENT = "sent", "Sent"
        DELIVERED = "delivered", "Delivered"
        BOUNCED = "bounced", "Bounced"
        COMPLAINED = "complained", "Complained"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"
        SUPERSEDED = "superseded", "Superseded"
        MISSED = "missed", "Missed"
        DISMISSED = "dismissed", "Dismissed"

    WAITING: ClassVar = (State.PENDING,)
    HELD: ClassVar = State.SENDING
    FIRST_DELAY = timedelta(seconds=10)
    LONGEST_DELAY = timedelta(hours=1)
    LEFT_US: ClassVar = (State.SENT, State.DELIVERED, State.BOUNCED, State.COMPLAINED)

    kind = models.CharField(max_length=40)
    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")  # NULL: to an operator
    token = models.ForeignKey(ApiToken, models.PROTECT, null=True, related_name="+")
    event = models.ForeignKey(TokenEvent, models.PROTECT, null=True, related_name="+")
    people_event = models.ForeignKey(PeopleEvent, models.PROTECT, null=True, db_index=False, related_name="+")
    day = models.DateField(null=True)  # UTC's, of what is owed once a day at the most
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    address = models.EmailField(blank=True)  # where it goes, wherever the recipient moves; "": to where they are then
    message_id = models.CharField(max_length=200, unique=True)
    provider_id = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    first_attempt_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=MAX_LINE_LENGTH, blank=True)
    created_at = models.DateTimeField()
    owed_at = models.DateTimeField()  # when it was planned, or owed once more
    changed_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    objects = EmailQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("event", "recipient"),
                condition=models.Q(event__isnull=False),
                name="email_once_per_event_and_recipient",
            ),
            models.UniqueConstraint(
                fields=("token", "kind", "recipient"),
                condition=models.Q(event=None, day=None),
                name="email_once_per_mark_and_recipient",
            ),
            models.UniqueConstraint(
                fields=("recipient", "day"),
                condition=models.Q(token__isnull=False, day__isnull=False),
                name="email_once_per_day_and_recipient",
            ),
            models.UniqueConstraint(
                fields=("people_event", "recipient", "address"),
                condition=models.Q(people_event__isnull=False),
                name="email_once_per_people_event_and_address",
            ),
            # Of what somebody asks for, again and again, one waits. What an operator sends again stands beside it:
            # then `owed_at` is later.
            models.UniqueConstraint(
                fields=("recipient", "kind"),
                condition=models.Q(token=None, people_event=None, day=None)
                & models.Q(state__in=("pending", "sending"), owed_at=models.F("created_at")),
                name="email_one_waits_per_kind_and_recipient",
            ),
            models.CheckConstraint(
                condition=ABOUT_TOKEN
                & (
                    models.Q(event__isnull=False, day=None, kind__in=("generated", "revoked"))
                    | models.Q(event=None, day=None, kind__in=("expires_30", "expires_7", "expires_1", "expired"))
                    | models.Q(event=None, day__isnull=False, kind="still_sent")
                )
                | models.Q(token=None, event=None) & ~models.Q(kind__in=KINDS_ABOUT_TOKENS),
                name="email_has_the_shape_of_its_kind",
            ),
            leased_exactly_while("sending", name="email_leased_while_sending"),
            models.CheckConstraint(
                condition=models.Q(state__in=("sent", "delivered", "bounced", "complained"), sent_at__isnull=False)
                | (~models.Q(state__in=("sent", "delivered", "bounced", "complained")) & models.Q(sent_at=None)),
                name="email_sent_has_its_time",
            ),
        )
        indexes = (
            models.Index(
                fields=("next_attempt_at",),
                condition=models.Q(state__in=("pending", "sending")),
                name="email_unsettled",
            ),
            models.Index(fields=("provider_id",), condition=~models.Q(provider_id=""), name="email_by_provider_id"),
            models.Index(fields=("state", "kind"), name="email_by_state"),
            models.Index(fields=("changed_at",), name="email_by_change"),
        )

    def __str__(self) -> str:
        return f"{self.kind} to {self.to}"

    @classmethod
    def lease(cls) -> timedelta:
        return timedelta(seconds=settings.EMAIL_LEASE)

    @property
    def to(self) -> str:
        """The address that it goes to."""
        return self.address or self.recipient.email

    @property
    def idempotency_key(self) -> str:
        """By which a provider knows an email that it got before; the same at every attempt."""
        return self.message_id.strip("<>")

    def is_exhausted(self, now: datetime) -> bool:
        """Whether no attempt is left: too many, or the first was longer ago than the provider remembers its key."""
        too_late = self.first_attempt_at is not None and now - self.first_attempt_at >= RETRY_WINDOW
        return too_late or self.attempts >= MAX_ATTEMPTS


def new_email(*, kind: str, recipient: User, now: datetime, token: ApiToken | None = None, **more: object) -> Email:
    """A pending row that is not saved yet. Its account is the token's, else the recipient's, unless `more` says."""
    fields: dict[str, object] = {"kind": kind, "token": token, "recipient": recipient}
    fields |= {"account_id": token.account_id if token else recipient.account_id, "message_id": new_message_id()}
    times = dict.fromkeys(("created_at", "owed_at", "changed_at", "next_attempt_at"), now)
    return Email(**(fields | times | more))


def new_message_id() -> str:
    """A Message-ID of ours (RFC 5322, 3.6.4); an email keeps it over all its attempts."""
    return make_msgid(idstring=uuid.uuid4().hex, domain=urlsplit(settings.BASE_URL).hostname or "localhost")


def afresh(now: datetime) -> dict[str, Any]:
    """The columns of an email that is owed once more, from its first attempt and under the same Message-ID."""
    return {"attempts": 0, "first_attempt_at": None, "owed_at": now, "next_attempt_at": now, "last_error": ""}


class Outbox(models.Model):
    """The one row about the outbox as a whole: whether it is paused, and since when its provider fails."""

    ONLY = 1

    paused_at = models.DateTimeField(null=True)
    paused_by = models.CharField(max_length=254, blank=True)
    pause_reason = models.CharField(max_length=MAX_LINE_LENGTH, blank=True)
    failing_since = models.DateTimeField(null=True)
    last_failure = models.CharField(max_length=MAX_LINE_LENGTH, blank=True)
    held_until = models.DateTimeField(null=True)  # the provider asked to be left alone until then

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(id=1), name="outbox_is_one"),)

    def __str__(self) -> str:
        return "Paused" if self.paused_at else "Open"

    def is_held(self, now: datetime) -> bool:
        """Whether nothing may be sent at this moment; one that ends later than any can is of a wrong clock."""
        return self.paused_at is not None or (
            self.held_until is not None and now < self.held_until <= Email.latest_attempt(now)
        )

    @classmethod
    def current(cls) -> "Outbox":
        outbox, _ = cls.objects.get_or_create(pk=cls.ONLY)
        return outbox


class InboxMessage(models.Model):
    """One row is a message that the embedded default delivered; the same Message-ID twice is one row."""

    message_id = models.CharField(max_length=200, unique=True)
    recipients = models.CharField(max_length=2000)
    subject = models.CharField(max_length=998)
    text = models.TextField()
    html = models.TextField(blank=True)
    received_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return self.subject
