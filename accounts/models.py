"""Accounts, their people, and who may administer what."""

from typing import Any, ClassVar
from uuid import uuid4

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models.functions import Lower
from django.db.models.lookups import Exact
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.querysets import LogQuerySet, VersionedQuerySet


class Account(models.Model):
    """One row is a company that uses the catalog; everything belongs to one account."""

    uuid = models.UUIDField(unique=True, default=uuid4, editable=False)  # as the public API names it
    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=60, unique=True)
    created_at = models.DateTimeField()
    suspended_at = models.DateTimeField(null=True, blank=True)
    mcp_access = models.BooleanField("MCP server access", default=False, db_default=False)
    mcp_writes = models.BooleanField("Let MCP clients write", default=False, db_default=False)  # nothing without access
    version = models.PositiveIntegerField(default=1, db_default=1, editable=False)  # one up for every change

    objects: ClassVar[Any] = VersionedQuerySet.as_manager()

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Generation(models.Model):
    """The one row that counts every change of a token or an account; triggers of the database write it."""

    ONLY = 1

    number = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(id=1), name="generation_is_one"),)

    def __str__(self) -> str:
        return str(self.number)


class UserQuerySet(VersionedQuerySet):
    def administrators_of(self, account: Account) -> "UserQuerySet":
        """The people who manage this account's tokens; `notifications` decides who of them gets its emails."""
        return self.administrators().filter(account=account)

    def administrators(self) -> "UserQuerySet":
        return self.filter(role=User.Role.ADMIN, status=User.Status.ACTIVATED)

    def reachable(self) -> "UserQuerySet":
        """Those whose address has not turned mail away for good."""
        return self.exclude(Exact(Lower("email"), Lower("bounced_address")))

    def end_sign_ins(self) -> int:
        """End the sessions and password links that these people have, for good; returns how many people there are."""
        return self.update(sign_in_epoch=models.F("sign_in_epoch") + 1)


class UserManager(BaseUserManager["User"].from_queryset(UserQuerySet)):  # type: ignore[misc]  # made at run time
    def get_by_natural_key(self, email: str | None) -> "User":
        user: User = self.get(email__iexact=email)
        return user


class User(AbstractBaseUser):
    """One row is a person who signs in: somebody of an account, or an operator of the site."""

    class Role(models.TextChoices):
        ADMIN = "ADMIN", "Admin"
        STEWARD = "STEWARD", "Steward"
        CONTRIBUTOR = "CONTRIBUTOR", "Contributor"
        VIEWER = "VIEWER", "Viewer"

    class Status(models.TextChoices):
        ACTIVATED = "ACTIVATED", "Activated"
        PENDING = "PENDING", "Pending"
        SUSPENDED = "SUSPENDED", "Suspended"

    class Dates(models.TextChoices):
        """How dates are written for somebody, in their browser's time zone."""

        BROWSER = "", "As my browser writes them"
        BRITISH = "en-GB", "24 Nov 2026, 14:05"
        AMERICAN = "en-US", "Nov 24, 2026, 2:05 PM"
        ISO = "iso", "2026-11-24 14:05"

    uuid = models.UUIDField(unique=True, default=uuid4, editable=False)  # as the public API names it
    email = models.EmailField(unique=True)
    first_name = models.CharField(max_length=80, blank=True)
    last_name = models.CharField(max_length=80, blank=True)
    account = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="users")
    role = models.CharField(max_length=12, choices=Role, default=Role.VIEWER)
    status = models.CharField(max_length=10, choices=Status, default=Status.ACTIVATED)
    is_staff = models.BooleanField("operator", default=False, help_text="Operators run the site and use this admin.")
    external_id = models.CharField(max_length=255, null=True, editable=False)  # noqa: DJ001  # NULL: no provider has one
    avatar_url = models.URLField(max_length=2000, null=True, blank=True)  # noqa: DJ001  # NULL, as the API says it
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField(default=timezone.now, editable=False)
    # The address that turned mail away, not just the fact: a new address starts afresh.
    bounced_address = models.EmailField(blank=True, editable=False)
    bounced_at = models.DateTimeField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1, db_default=1, editable=False)  # one up for every change
    sign_in_epoch = models.PositiveIntegerField(default=0, db_default=0, editable=False)  # one up ends all sign-ins
    dates = models.CharField(max_length=5, choices=Dates, blank=True, default=Dates.BROWSER, db_default=Dates.BROWSER)

    objects: ClassVar[Any] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        ordering = ("email",)
        constraints = (
            models.UniqueConstraint(Lower("email"), name="user_email_once_in_any_case"),
            models.CheckConstraint(
                condition=models.Q(account__isnull=False) | models.Q(is_staff=True),
                name="user_has_account_or_operates",
                violation_error_message="Somebody who is no operator needs an account.",
            ),
        )

    def __str__(self) -> str:
        return self.email

    @property
    def full_name(self) -> str:
        """First and last name; the address of somebody who has neither."""
        return f"{self.first_name} {self.last_name}".strip() or self.email

    @property
    def is_active(self) -> bool:  # type: ignore[override]  # Django's own is a column
        """Whether this person may sign in."""
        suspended = self.account is not None and self.account.suspended_at is not None
        return self.status == self.Status.ACTIVATED and not suspended

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session is compared with: a hash of the password, as in Django, and of the epoch (decision 0015)."""
        sign_in = f"{self.sign_in_epoch}:{self.password}"
        return salted_hmac("accounts.User.session", sign_in, secret=secret, algorithm="sha256").hexdigest()

    @property
    def is_reachable(self) -> bool:
        """Whether mail to this person's address is not known to bounce."""
        return self.email.lower() != self.bounced_address.lower()

    @property
    def is_email_validated(self) -> bool:
        """Whether this person has signed in, and mail to the address is not known to bounce."""
        return self.last_login is not None and self.is_reachable

    @property
    def is_administrator(self) -> bool:
        """Whether this person manages the tokens of an account."""
        return self.is_active and self.account_id is not None and self.role == self.Role.ADMIN

    @property
    def may_write(self) -> bool:
        """Whether this person may write in the catalog of an account: everybody of it but viewers."""
        return self.is_active and self.account_id is not None and self.role != self.Role.VIEWER

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Operators may use the whole admin; each page there decides what can be changed."""
        return self.is_active and self.is_staff

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and self.is_staff


class Session(AbstractBaseSession):
    """One row is a browser in which somebody is, or was, at a page; `user` is who signed in there (decision 0029)."""

    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="+")


class Team(models.Model):
    """One row is a team of an account; its name is its key. Texts are NULL when nobody gave them."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="teams")
    name = models.CharField(max_length=200)
    description = models.TextField(null=True, blank=True)  # noqa: DJ001
    email = models.EmailField(null=True, blank=True)  # noqa: DJ001
    slack_channel = models.CharField(max_length=100, null=True, blank=True, help_text="Begins with #.")  # noqa: DJ001
    slack_group = models.CharField(max_length=100, null=True, blank=True, help_text="Begins with @.")  # noqa: DJ001
    # For notifications; never answered to anybody.
    stored_private_slack_channel = models.CharField(max_length=100, null=True, blank=True)  # noqa: DJ001
    avatar_url = models.URLField(max_length=2000, null=True, blank=True)  # noqa: DJ001
    source = models.CharField(max_length=50, null=True, blank=True, help_text="Where it comes from.")  # noqa: DJ001
    external_id = models.CharField(max_length=255, null=True, editable=False)  # noqa: DJ001  # set by provisioning
    members = models.ManyToManyField(User, related_name="teams", blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ("name",)
        constraints = (models.UniqueConstraint(fields=("account", "name"), name="team_name_once"),)

    def __str__(self) -> str:
        return self.name


class AuditEntry(models.Model):
    """One row is one act that changed something, written in the transaction of the act; rows are only ever added.

    `actor` is the person, `token_id` the API token that did it; neither, for a command or for Catalog itself.
    """

    account = models.ForeignKey(
        Account,
        models.PROTECT,
        null=True,
        related_name="audit_entries",
        db_index=False,  # two of Meta's begin with it
    )  # NULL: of the site
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    token_id = models.UUIDField(null=True)  # no foreign key: `tokens` stands above
    actor_name = models.CharField(max_length=254)
    ip = models.GenericIPAddressField(null=True)
    client = models.CharField(max_length=80, blank=True)
    door = models.CharField(max_length=10)
    operation = models.CharField(max_length=60)  # the service's name, as `suspend_account`
    kind = models.CharField(max_length=30)  # of what was changed, as `account`
    count = models.PositiveIntegerField()  # how many were changed
    ids = models.JSONField(default=list)  # of the first AUDITED_IDS of them, as texts
    detail = models.CharField(max_length=300, blank=True)  # for people, on one line
    at = models.DateTimeField()

    AUDITED_IDS = 20

    objects = LogQuerySet["AuditEntry"].as_manager()

    class Meta:
        ordering = ("-id",)
        verbose_name_plural = "audit entries"
        indexes = (
            models.Index(fields=("account", "-id"), name="audit_of_account"),
            models.Index(fields=("account", "at"), name="audit_at"),
            models.Index(fields=("token_id",), condition=models.Q(token_id__isnull=False), name="audit_by_token"),
        )

    def __str__(self) -> str:
        return f"{self.operation} by {self.actor_name}"


class PeopleEvent(models.Model):
    """One row is something that happened to a person, written in the transaction of the act; rows are only ever added.

    `before` and `after` say what changed, and hold no secret.
    """

    class Kind(models.TextChoices):
        PASSWORD_CHANGED = "password_changed", "Password changed"
        ADDRESS_CHANGED = "address_changed", "Address changed"
        SECOND_FACTOR_ADDED = "second_factor_added", "Second factor added"
        SECOND_FACTOR_REMOVED = "second_factor_removed", "Second factor removed"
        SECOND_FACTOR_RESET = "second_factor_reset", "Second factor reset"
        RECOVERY_CODES_GENERATED = "recovery_codes_generated", "Recovery codes generated"

    kind = models.CharField(max_length=40, choices=Kind)
    person = models.ForeignKey(User, models.PROTECT, related_name="events")
    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")  # NULL: of an operator
    actor_name = models.CharField(max_length=254)
    ip = models.GenericIPAddressField(null=True)
    door = models.CharField(max_length=10)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} by {self.actor_name}"


class PasswordResetRequest(models.Model):
    """One row is an address that somebody typed to get a link that sets a password; it goes when it is answered.

    Nobody has looked yet whether it is anybody's: that would take time, which tells who exists.
    """

    address = models.EmailField()  # in small letters
    at = models.DateTimeField()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"Request {self.pk}"
