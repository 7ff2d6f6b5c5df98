"""API tokens and their history. What must never be is a constraint, on PostgreSQL also a trigger."""

import math
import uuid
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils.functional import cached_property

from accounts.models import Account
from accounts.querysets import LogQuerySet
from tokens import keys
from tokens.clients import MAX_CLIENT_LENGTH
from tokens.doors import Door
from tokens.errors import TokenExpired, TokenReplaced, TokenRevoked
from tokens.scopes import Scope

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager

MAX_NAME_LENGTH = 80  # characters
MAX_OPERATION_LENGTH = 40
# As what the ledger keeps calls with a token that had ended.
REASONS_OF_AN_END = (TokenExpired.code, TokenReplaced.code, TokenRevoked.code)


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def open(self) -> "ApiTokenQuerySet":
        """Neither revoked nor replaced; an expired one is open until generating closes it."""
        return self.filter(ended_at=None)

    def active(self, now: datetime) -> "ApiTokenQuerySet":
        """Those that open something at this instant, unless their account is suspended."""
        return self.open().filter(expires_at__gt=now)

    def issued_before(self, at: datetime) -> "ApiTokenQuerySet":
        return self.filter(created_at__lt=at)

    def changed_since(self, at: datetime) -> "ApiTokenQuerySet":
        """Those of which history or ledger tell something at this instant or later: issued, or called with."""
        events = TokenEvent.objects.filter(token=models.OuterRef("pk"), at__gte=at)
        day = at.astimezone(UTC).date()  # the index of uses begins with token and day
        uses = TokenUse.objects.filter(token=models.OuterRef("pk"), day__gte=day, last_seen__gte=at)
        return self.filter(models.Exists(events) | models.Exists(uses))


class ApiToken(models.Model):
    """One row is a token that was generated once; nothing of its secret but a keyed digest."""

    class EndReason(models.TextChoices):
        REVOKED = "REVOKED", "Revoked"
        REPLACED = "REPLACED", "Replaced"
        EXPIRED = "EXPIRED", "Expired"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="tokens")
    scope = models.CharField(max_length=10, choices=Scope)
    region = models.CharField(max_length=2)
    public_id = models.CharField(max_length=keys.PUBLIC_ID_LENGTH, unique=True)
    digest = models.BinaryField(max_length=32)
    pepper_number = models.PositiveSmallIntegerField()
    last_four = models.CharField(max_length=4)
    name = models.CharField(max_length=MAX_NAME_LENGTH, blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=8, choices=EndReason, null=True)  # noqa: DJ001  # NULL with ended_at
    replaced_by = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced")

    objects = ApiTokenQuerySet.as_manager()

    if TYPE_CHECKING:
        events: RelatedManager["TokenEvent"]

    class Meta:
        ordering = ("-created_at",)
        verbose_name = "API token"
        indexes = (
            # Whose expiry is near: open tokens alone, in the order in which notices fall due.
            models.Index(fields=("expires_at", "id"), condition=models.Q(ended_at=None), name="token_open_by_expiry"),
            models.Index(fields=("created_at",), name="token_by_creation"),  # the order of the admin's list
        )
        constraints = (
            models.UniqueConstraint(
                fields=("account", "scope"), condition=models.Q(ended_at=None), name="token_one_open_per_scope"
            ),
            models.CheckConstraint(condition=models.Q(scope__in=Scope.values), name="token_scope_known"),
            models.CheckConstraint(condition=models.Q(region__in=("eu", "us")), name="token_region_known"),
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("created_at")), name="token_expires_after_creation"
            ),
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("name"), MAX_NAME_LENGTH), name="token_name_length"
            ),
            models.CheckConstraint(
                condition=models.Q(LessThanOrEqual(32, Length("digest"))), name="token_digest_whole"
            ),
            models.CheckConstraint(
                # `isnull` is said of each: a comparison with NULL is unknown, and a check passes what is unknown.
                condition=models.Q(ended_at=None, end_reason=None, replaced_by=None)
                | models.Q(ended_at__isnull=False, end_reason__isnull=False, replaced_by__isnull=False)
                & models.Q(end_reason="REPLACED")
                | models.Q(ended_at__isnull=False, end_reason__isnull=False, replaced_by=None)
                & models.Q(end_reason__in=("REVOKED", "EXPIRED")),
                name="token_end_is_whole",
            ),
        )

    def __str__(self) -> str:
        return self.mask

    @property
    def mask(self) -> str:
        return keys.mask(self.scope, self.region, self.last_four)

    @property
    def scope_code(self) -> str:
        """`ro` or `rw`, as it stands in the token."""
        return keys.CODE_OF_SCOPE[self.scope]

    @property
    def short_mask(self) -> str:
        return f"••{self.last_four}"

    @cached_property
    def expires_at_text(self) -> str:
        """ISO 8601, UTC, by the second."""
        return f"{self.expires_at:%Y-%m-%dT%H:%M:%SZ}"

    def allows(self, needed: Scope) -> bool:
        """Whether it may do what needs this scope: READ_WRITE allows everything that READ_ONLY allows."""
        return needed == Scope.READ_ONLY or self.scope == Scope.READ_WRITE

    def is_expired(self, now: datetime) -> bool:
        return now >= self.expires_at

    def days_left(self, now: datetime) -> int:
        """Days until it expires, rounded up; 0 when it has."""
        return max(0, math.ceil((self.expires_at - now).total_seconds() / 86_400))


class TokenEventQuerySet(LogQuerySet["TokenEvent"]):
    def of_account(self, account: Account) -> "TokenEventQuerySet":
        return self.filter(token__account=account).select_related("token", "replaced")

    def matching(self, *, who: str, what: str, since: date | None, until: date | None) -> "TokenEventQuerySet":
        """By a part of the actor's name, by `what` (a kind, or "replaced"), and by UTC days, both included."""
        events = self.by_and_at(who=who, since=since, until=until)
        if what == "replaced":
            events = events.exclude(replaced=None)
        elif what:
            events = events.filter(kind=what.upper())
        return events


class TokenEvent(models.Model):
    """One row is one act on a token, written in the transaction of the act; rows are only ever added."""

    class Kind(models.TextChoices):
        GENERATED = "GENERATED", "Generated"
        REVOKED = "REVOKED", "Revoked"

    token = models.ForeignKey(ApiToken, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=9, choices=Kind)
    replaced = models.ForeignKey(ApiToken, models.PROTECT, null=True, related_name="replaced_in")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    actor_name = models.CharField(max_length=254)
    ip = models.GenericIPAddressField(null=True)
    client = models.CharField(max_length=MAX_CLIENT_LENGTH, blank=True)
    at = models.DateTimeField()

    objects = TokenEventQuerySet.as_manager()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(replaced=None) | models.Q(kind="GENERATED"), name="event_only_generating_replaces"
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.token.mask}"


class TokenUseQuerySet(models.QuerySet["TokenUse"]):
    def of_account(self, account: Account) -> "TokenUseQuerySet":
        return self.filter(token__account=account)

    def since(self, day: date) -> "TokenUseQuerySet":
        """From the beginning of this UTC day on."""
        return self.filter(day__gte=day)

    def answered(self) -> "TokenUseQuerySet":
        return self.filter(reason="")

    def refused(self) -> "TokenUseQuerySet":
        return self.exclude(reason="")

    def refused_as_ended(self) -> "TokenUseQuerySet":
        """Calls with a token that had expired, was replaced or revoked."""
        return self.filter(reason__in=REASONS_OF_AN_END)


class TokenUse(models.Model):
    """One row counts the calls of one client with one token through one door on one UTC day, with one outcome.

    `operation` is what was called, at a door that has names for it: the tool of MCP. The outcome is the `reason` of a
    refusal ("replaced", "insufficient_scope", …), or "" for calls that were let in.
    Rows are written by the ledger alone; first and last seen only ever move apart.
    """

    # Its own index: PostgreSQL 18 thinks the unique one so dear that it would rather read the days of all accounts.
    token = models.ForeignKey(ApiToken, models.PROTECT, related_name="uses")
    day = models.DateField()
    door = models.CharField(max_length=7, choices=Door)
    client = models.CharField(max_length=MAX_CLIENT_LENGTH, blank=True)
    operation = models.CharField(max_length=MAX_OPERATION_LENGTH, blank=True, default="", db_default="")
    reason = models.CharField(max_length=20, blank=True)
    calls = models.PositiveBigIntegerField()
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField()
    last_address = models.GenericIPAddressField(null=True)

    objects = TokenUseQuerySet.as_manager()

    class Meta:
        ordering = ("-day", "-last_seen")
        constraints = (
            models.UniqueConstraint(
                fields=("token", "day", "door", "client", "operation", "reason"), name="use_once_per_day"
            ),
            models.CheckConstraint(condition=models.Q(door__in=Door.values), name="use_door_known"),
            models.CheckConstraint(condition=models.Q(last_seen__gte=models.F("first_seen")), name="use_seen_in_order"),
        )
        indexes = (
            models.Index(fields=("day",), name="use_by_day"),
            # Who still sends a token that has ended: few rows, looked for by every sweep.
            models.Index(
                fields=("last_seen",), condition=models.Q(reason__in=REASONS_OF_AN_END), name="use_ended_by_time"
            ),
        )

    def __str__(self) -> str:
        return f"{self.client or 'unnamed'} on {self.day:%Y-%m-%d}"


class FinishedRotation(models.Model):
    """One row is an administrator's word that the rotation to this token is done: its board is hidden from then on."""

    token = models.OneToOneField(ApiToken, models.PROTECT, primary_key=True, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Rotation to {self.token_id}"


class CalendarFeed(models.Model):
    """One row is an address at which one person reads the expiries of an account in their calendar.

    Of its secret there is nothing but a digest. It works while the person administers the account, and not after the
    end of their sign-ins (`epoch`).
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, db_index=False, related_name="+")
    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    digest = models.BinaryField(max_length=32, unique=True)
    epoch = models.PositiveIntegerField()  # the person's `sign_in_epoch` when it was made
    made_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("person", "account"), name="calendar_one_per_person"),)

    def __str__(self) -> str:
        return f"Calendar of {self.person_id}"
