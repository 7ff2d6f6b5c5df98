"""What came in, what was made of it, and what is still to do."""

from datetime import timedelta
from typing import ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Account
from catalog.ids import uuid7
from catalog.models import Source
from catalog.models.rows import NAME_LENGTH
from jobs.leases import LeasedQuerySet, LeasedRow, leased_exactly_while
from tokens.models import ApiToken

HASH_LENGTH = 64  # of SHA-256, in hexadecimal digits
PATH_LENGTH = 700  # characters, of an upload's
VALUE_LENGTH = 200  # characters, of a cell that an issue quotes


class Family(models.TextChoices):
    """Files that are imported together; of the last four each is a batch of its own."""

    WAREHOUSE = "WAREHOUSE", "Warehouse"
    VIZ = "VIZ", "Visualization"
    DBT = "DBT", "dbt"
    QUALITY = "QUALITY", "Quality"
    LOOKML = "LOOKML", "LookML"
    MANUAL = "MANUAL", "Manual lineage"


TOGETHER = (Family.WAREHOUSE, Family.VIZ)  # families whose files of one stamp are one batch


class Batch(LeasedRow):
    """One row is the uploads that are imported together, and how far that is."""

    class State(models.TextChoices):  # the word is what everybody is told
        RECEIVED = "received", "received"  # files may still come
        WAITING = "waiting", "waiting"
        IMPORTING = "importing", "importing"
        WITHHELD = "held", "held"  # it would delete too much: needs a yes
        IMPORTED = "imported", "imported"
        IMPORTED_WITH_ISSUES = "imported with issues", "imported with issues"
        REFUSED = "refused", "refused"
        FAILED = "failed", "failed"
        SUPERSEDED = "superseded", "superseded"
        STORED = "stored", "stored"  # no importer for any of its files
        UNDONE = "undone", "undone"

    WAITING: ClassVar = (State.WAITING,)
    HELD: ClassVar = State.IMPORTING  # by a worker, as jobs say it; the state "held" is WITHHELD
    FIRST_DELAY = timedelta(seconds=10)
    LONGEST_DELAY = timedelta(minutes=10)

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="+", db_index=False)
    source = models.ForeignKey(  # NULL: manual lineage
        Source, models.PROTECT, null=True, related_name="+", db_index=False
    )
    family = models.CharField(max_length=9, choices=Family)
    stamp = models.DateTimeField()  # of its files' names; of files without one, when they came
    state = models.CharField(max_length=20, choices=State, default=State.RECEIVED)
    received_at = models.DateTimeField()  # its first file
    last_upload_at = models.DateTimeField()
    failures = models.PositiveSmallIntegerField(default=0)  # attempts that failed here; deaths of workers are none
    asked_again = models.BooleanField(default=False)  # by a person: imported though a newer one was
    confirmed = models.JSONField(null=True)  # the numbers of deleted rows, by kind, to which somebody said yes
    moment = models.DateTimeField(null=True)  # the one `now` of all that it wrote
    finished_at = models.DateTimeField(null=True)
    phase = models.CharField(max_length=20, blank=True)
    done = models.PositiveBigIntegerField(default=0)  # of `total`: bytes, then rows, then statements
    total = models.PositiveBigIntegerField(default=0)
    counts = models.JSONField(default=dict)  # by file, as the report shows them
    note = models.CharField(max_length=1_000, blank=True)  # why it is refused, held or failed: a sentence
    report = models.CharField(max_length=120, blank=True)  # key in the store, of all issues in one file

    objects = LeasedQuerySet["Batch"].as_manager()

    class Meta:
        ordering = ("-received_at", "id")
        verbose_name_plural = "batches"
        constraints = (
            leased_exactly_while("importing", name="batch_leased_while_importing"),
            models.CheckConstraint(
                condition=~Q(state__in=("imported", "imported with issues", "undone")) | Q(moment__isnull=False),
                name="batch_moment_once_written",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("received", "stored")) | Q(moment=None), name="batch_no_moment_before"
            ),
            models.CheckConstraint(
                condition=Q(source__isnull=False) | Q(family="MANUAL"), name="batch_without_source_is_manual"
            ),
            models.UniqueConstraint(fields=("source", "moment"), name="batch_moment_once_in_source"),
            models.UniqueConstraint(
                fields=("source",), condition=Q(state="importing"), name="batch_one_at_a_time_of_source"
            ),
            models.UniqueConstraint(
                fields=("source", "family", "stamp"),
                condition=Q(state="received", family__in=("WAREHOUSE", "VIZ")),
                name="batch_open_once",
            ),
        )
        indexes = (
            models.Index(
                fields=("next_attempt_at",),
                condition=Q(state__in=("received", "waiting", "importing")),
                name="batch_due",
            ),
            models.Index(fields=("account", "-received_at"), name="batch_of_account"),
            models.Index(fields=("source", "family", "stamp"), name="batch_of_source"),
        )

    def __str__(self) -> str:
        return f"{self.get_family_display()} of {self.stamp:%Y-%m-%d %H:%M:%S}"

    @classmethod
    def lease(cls) -> timedelta:
        return timedelta(seconds=settings.IMPORT_LEASE)


DONE = (Batch.State.IMPORTED, Batch.State.IMPORTED_WITH_ISSUES)


class Act(models.Model):
    """What a row keeps of who did something: as `accounts.actors.Actor` names them."""

    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    token = models.ForeignKey(ApiToken, models.PROTECT, null=True, related_name="+", db_index=False)
    actor_name = models.CharField(max_length=254)
    ip = models.GenericIPAddressField(null=True)
    client = models.CharField(max_length=80, blank=True)
    door = models.CharField(max_length=10)

    class Meta:
        abstract = True


class Upload(Act):
    """One row is a file as it was received; what lies in the store under `key` is never changed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="+", db_index=False)
    source = models.ForeignKey(  # NULL: manual lineage
        Source, models.PROTECT, null=True, related_name="+", db_index=False
    )
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="uploads")
    path = models.CharField(max_length=PATH_LENGTH)  # to which it was sent, decoded, without its first slash
    original_name = models.CharField(max_length=255, blank=True)  # as the form says it
    kind = models.CharField(max_length=30, blank=True)  # empty: no importer knows the name
    key = models.CharField(max_length=120, unique=True)  # in the store
    size = models.PositiveBigIntegerField()  # bytes
    sha256 = models.CharField(max_length=HASH_LENGTH)
    received_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)  # when its file went: the path is free again

    class Meta:
        ordering = ("received_at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("source", "path"), condition=Q(deleted_at=None), name="upload_once_at_its_path"
            ),
            models.CheckConstraint(condition=Q(size__gt=0), name="upload_is_not_empty"),
        )
        indexes = (
            models.Index(fields=("account", "-received_at"), name="upload_of_account"),
            models.Index(fields=("token",), condition=Q(token__isnull=False), name="upload_by_token"),
        )

    def __str__(self) -> str:
        return self.path


class ImportIssue(models.Model):
    """One row is one thing wrong with one row of a file: of the first thousand of a file and word."""

    class Word(models.TextChoices):
        MISSING_VALUE = "missing_value", "Missing value"
        UNAUTHORIZED_VALUE = "unauthorized_value", "Unauthorized value"
        WRONG_DATATYPE = "wrong_datatype", "Wrong data type"
        UNKNOWN_REFERENCE = "unknown_reference", "Unknown reference"
        DUPLICATE_VALUE = "duplicate_value", "Duplicate value"
        REPEATED_QUOTES = "repeated_quotes", "Repeated quotes"

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="issues", db_index=False)
    upload = models.ForeignKey(Upload, models.CASCADE, related_name="issues")
    row = models.PositiveBigIntegerField()  # as a spreadsheet counts: the header is 1
    line = models.PositiveBigIntegerField()  # of the file, in which a record may have several
    column = models.CharField(max_length=NAME_LENGTH, blank=True)
    word = models.CharField(max_length=18, choices=Word)
    value = models.CharField(max_length=VALUE_LENGTH, blank=True)
    sentence = models.CharField(max_length=500)

    class Meta:
        ordering = ("batch", "upload", "row", "id")
        indexes = (models.Index(fields=("batch", "upload", "word", "row"), name="issue_of_batch"),)

    def __str__(self) -> str:
        return f"{self.word} in row {self.row}"


class Change(models.Model):
    """One row is what a batch changed or took away: the values of before, with which it can be undone."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="changes", db_index=False)
    kind = models.CharField(max_length=30)  # of the row, as `table`
    row = models.UUIDField()
    before = models.JSONField()

    class Meta:
        ordering = ("batch", "id")
        indexes = (models.Index(fields=("batch", "kind", "row"), name="change_of_batch"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.row}"


class ImportEvent(Act):
    """One row is one act on a batch, written in its transaction; rows are only ever added."""

    class Kind(models.TextChoices):
        RECEIVED = "received", "Received"
        IMPORTED = "imported", "Imported"
        WITHHELD = "held", "Held"
        REFUSED = "refused", "Refused"
        FAILED = "failed", "Failed"
        CONFIRMED = "confirmed", "Confirmed"
        CANCELLED = "cancelled", "Cancelled"
        UNDONE = "undone", "Undone"
        CARRIED_OVER = "carried over", "Carried over"

    account = models.ForeignKey(Account, models.PROTECT, related_name="+", db_index=False)
    batch = models.ForeignKey(Batch, models.CASCADE, related_name="events")
    upload = models.ForeignKey(Upload, models.CASCADE, null=True, related_name="+", db_index=False)
    kind = models.CharField(max_length=12, choices=Kind)
    detail = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        indexes = (models.Index(fields=("account", "at"), name="import_event_of_account"),)

    def __str__(self) -> str:
        return f"{self.kind} by {self.actor_name}"
