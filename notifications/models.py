"""What we owe people: the outbox, which events it has seen, and the inbox that stands in for a mail provider."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models

from tokens.models import TokenEvent

MAX_ATTEMPTS = 12
FIRST_DELAY = timedelta(seconds=10)
LONGEST_DELAY = timedelta(hours=1)


class PlannedEvent(models.Model):
    """One row is a token event whose emails are in the outbox."""

    event = models.OneToOneField(TokenEvent, models.PROTECT, primary_key=True, related_name="+")
    planned_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Event {self.event_id}"


class EmailQuerySet(models.QuerySet["Email"]):
    def due(self, now: datetime) -> "EmailQuerySet":
        """Waiting emails whose time has come, and claimed ones whose sender seems dead; oldest first."""
        waiting = models.Q(state=Email.State.PENDING, next_attempt_at__lte=now)
        abandoned = models.Q(state=Email.State.SENDING, lease_until__lte=now)
        return self.filter(waiting | abandoned).order_by("next_attempt_at", "pk")


class Email(models.Model):
    """One row is one message that we owe to one person about one event."""

    class Kind(models.TextChoices):
        GENERATED = "generated", "Generated"
        REVOKED = "revoked", "Revoked"

    class State(models.TextChoices):
        PENDING = "pending", "Pending"
        SENDING = "sending", "Sending"
        SENT = "sent", "Sent"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"

    kind = models.CharField(max_length=12, choices=Kind)
    event = models.ForeignKey(TokenEvent, models.PROTECT, related_name="+")
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    message_id = models.CharField(max_length=200, unique=True)
    state = models.CharField(max_length=9, choices=State, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    objects = EmailQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(fields=("event", "recipient"), name="email_once_per_event_and_recipient"),
            models.CheckConstraint(
                condition=models.Q(state="sending", lease_until__isnull=False)
                | (~models.Q(state="sending") & models.Q(lease_until=None)),
                name="email_leased_while_sending",
            ),
            models.CheckConstraint(
                condition=models.Q(state="sent", sent_at__isnull=False)
                | (~models.Q(state="sent") & models.Q(sent_at=None)),
                name="email_sent_has_its_time",
            ),
        )
        indexes = (
            models.Index(
                fields=("next_attempt_at",),
                condition=models.Q(state__in=("pending", "sending")),
                name="email_unsettled",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} to {self.recipient.email}"

    def delay(self) -> timedelta:
        """How long to wait after this many attempts: 10 seconds, doubled each time, an hour at the most."""
        return min(FIRST_DELAY * (1 << min(self.attempts, 20)), LONGEST_DELAY)


class InboxMessage(models.Model):
    """One row is a message that the embedded default delivered; the same Message-ID twice is one row."""

    message_id = models.CharField(max_length=200, unique=True)
    recipients = models.CharField(max_length=2000)
    subject = models.CharField(max_length=998)
    text = models.TextField()
    html = models.TextField(blank=True)
    received_at = models.DateTimeField()

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return self.subject
