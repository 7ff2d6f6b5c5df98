"""What was asked, and what we owe the asker. What people wrote stands in these rows and nowhere else."""

from datetime import timedelta
from typing import ClassVar, TypeVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.functions import Coalesce

from accounts.models import Account
from assistant.drafts import MAX_QUOTE
from assistant.rules import MAX_EXTERNAL_ID, MAX_NOTE
from catalog.ids import known_uuid, uuid7
from catalog.models.assets import AssetKind
from catalog.models.rows import NAME_LENGTH
from jobs.leases import LeasedQuerySet, LeasedRow, leased_exactly_while
from tokens.models import ApiToken

MAX_ATTEMPTS = 3
LIFETIME = timedelta(minutes=5)  # of a job that nobody could end
MAX_LINE = 300  # characters of an error
HASH_LENGTH = 64  # of SHA-256, in hexadecimal digits


class Origin(models.TextChoices):
    APP = "APP", "Catalog"
    API = "API", "API"
    DUST = "DUST", "Dust"


class Conversation(models.Model):
    """One row is what one person asks in one place, in which a question may lean on those before it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="+", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    origin = models.CharField(max_length=4, choices=Origin)
    external_id = models.CharField(max_length=MAX_EXTERNAL_ID)
    created_at = models.DateTimeField()
    last_at = models.DateTimeField()  # when something was asked last

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("account", "user", "origin", "external_id"), name="assistant_conversation_once"
            ),
        )
        indexes = (
            models.Index(fields=("user", "-last_at"), name="assistant_conversation_of_user"),
            models.Index(fields=("last_at",), name="assistant_conversation_last_at"),
        )

    def __str__(self) -> str:
        return f"Conversation {self.pk}"


Row = TypeVar("Row", bound=models.Model)


def with_id(rows: models.QuerySet[Row], text: str) -> models.QuerySet[Row]:
    """The row with this id; none when the text is no id."""
    pk = known_uuid(text)
    return rows.filter(pk=pk) if pk else rows.none()


class JobQuerySet(LeasedQuerySet["Job"]):
    def unfinished(self) -> "JobQuerySet":
        return self.filter(state__in=Job.UNFINISHED)

    def fairly(self) -> "JobQuerySet":
        """In the order in which they are worked at: first those of accounts for which the fewest are.

        Without those of a conversation in which another one is worked at: an answer may lean on the one before.
        """
        active = Job.objects.filter(state=Job.State.ACTIVE).order_by()
        of_account = active.filter(account=OuterRef("account")).values("account").annotate(number=Count("pk"))
        beside = active.filter(conversation=OuterRef("conversation")).exclude(pk=OuterRef("pk"))
        ranked = self.annotate(busy=Coalesce(of_account.values("number"), 0))
        return ranked.filter(~Exists(beside)).order_by("busy", "created_at", "pk")


class Job(LeasedRow):
    """One row is a question and its answer, or why there is none.

    COMPLETED and RETRIES_EXHAUSTED are final; FAILED is not: another attempt follows (decision 0036).
    """

    class State(models.TextChoices):  # as the public API spells them
        ADDED = "ADDED", "Waiting"
        ACTIVE = "ACTIVE", "Being answered"
        FAILED = "FAILED", "Waiting for the next attempt"
        COMPLETED = "COMPLETED", "Answered"
        RETRIES_EXHAUSTED = "RETRIES_EXHAUSTED", "Given up"

    WAITING: ClassVar = (State.ADDED, State.FAILED)
    HELD: ClassVar = State.ACTIVE
    UNFINISHED: ClassVar = (State.ADDED, State.ACTIVE, State.FAILED)
    FINAL: ClassVar = (State.COMPLETED, State.RETRIES_EXHAUSTED)
    FIRST_DELAY = timedelta(seconds=2)
    LONGEST_DELAY = timedelta(seconds=10)
    FACTOR = 5

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    message_id = models.UUIDField(default=uuid4, editable=False)  # of the answer, as the public API has it
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="jobs", db_index=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="+", db_index=False)
    token = models.ForeignKey(ApiToken, models.PROTECT, null=True, related_name="+", db_index=False)  # NULL: a page
    question = models.TextField()
    fingerprint = models.CharField(max_length=HASH_LENGTH)  # of the question, in which all blanks are alike
    state = models.CharField(max_length=17, choices=State, default=State.ADDED)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    step = models.CharField(max_length=60, blank=True)  # what is being done, for whoever watches; no word of theirs

    answer = models.TextField(blank=True)  # Markdown
    evidence = models.FloatField(null=True)  # 0 to 1
    enough = models.BooleanField(
        default=True
    )  # whether the answer says what the catalog tells; False: that it does not
    unknown = models.JSONField(default=list)  # words of the question that the account has nowhere
    writer = models.CharField(max_length=10, blank=True)  # extract or model
    because = models.CharField(max_length=MAX_LINE, blank=True)  # why no model wrote it, where one was to
    error = models.CharField(max_length=MAX_LINE, blank=True)  # of the last attempt: what and where, no text of anybody
    thumb = models.SmallIntegerField(default=0)  # 1 up, -1 down
    thumb_note = models.CharField(max_length=MAX_NOTE, blank=True)

    # What a model took, of all attempts; the writer counts it on its row, and it is stored whatever comes of it.
    model = models.CharField(max_length=200, blank=True)
    prompt = models.CharField(max_length=HASH_LENGTH, blank=True)  # SHA-256 of the rules that it was given
    requests = models.PositiveIntegerField(default=0)
    tool_calls = models.PositiveIntegerField(default=0, db_default=0)
    model_ms = models.PositiveIntegerField(default=0, db_default=0)  # milliseconds that its answers took
    tokens_in = models.PositiveIntegerField(default=0)
    tokens_out = models.PositiveIntegerField(default=0)
    cost_micros = models.PositiveBigIntegerField(default=0)  # millionths of the operator's currency

    objects = JobQuerySet.as_manager()

    class Meta:
        constraints = (
            leased_exactly_while("ACTIVE", name="assistant_job_leased_while_active"),
            models.CheckConstraint(
                condition=Q(state__in=("COMPLETED", "RETRIES_EXHAUSTED"), finished_at__isnull=False)
                | Q(state__in=("ADDED", "ACTIVE", "FAILED"), finished_at=None),
                name="assistant_job_finished_in_final_states",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("COMPLETED", "RETRIES_EXHAUSTED")) & ~Q(answer="")
                | Q(state__in=("ADDED", "ACTIVE", "FAILED"), answer=""),
                name="assistant_job_answer_in_final_states",
            ),
            models.CheckConstraint(condition=Q(thumb__in=(-1, 0, 1)), name="assistant_job_thumb"),
            # An equal question that is asked again while the first waits is the same job.
            models.UniqueConstraint(
                fields=("conversation", "fingerprint"),
                condition=Q(state__in=("ADDED", "ACTIVE", "FAILED")),
                name="assistant_job_unfinished_once",
            ),
            models.UniqueConstraint(
                fields=("conversation",), condition=Q(state="ACTIVE"), name="assistant_job_one_active"
            ),
        )
        indexes = (
            models.Index(
                fields=("next_attempt_at",),
                condition=Q(state__in=("ADDED", "ACTIVE", "FAILED")),
                name="assistant_job_due",
            ),
            models.Index(
                fields=("account", "state"),
                condition=Q(state__in=("ADDED", "ACTIVE", "FAILED")),
                name="assistant_job_unfinished",
            ),
            models.Index(fields=("account", "created_at"), name="assistant_job_of_account"),
            models.Index(fields=("conversation", "created_at"), name="assistant_job_of_conversation"),
            models.Index(fields=("finished_at",), name="assistant_job_finished_at"),
        )

    def __str__(self) -> str:
        return f"Job {self.pk}"

    @classmethod
    def lease(cls) -> timedelta:
        return timedelta(seconds=settings.ASSISTANT_LEASE)

    @property
    def is_finished(self) -> bool:
        return self.state in self.FINAL


class Citation(models.Model):
    """One row is an asset that an answer names, with the name, place and text that it had then."""

    job = models.ForeignKey(Job, models.CASCADE, related_name="citations", db_index=False)
    position = models.PositiveSmallIntegerField()  # in the answer, from 0
    kind = models.CharField(max_length=15, choices=AssetKind)
    asset = models.UUIDField()  # of whatever table the kind is; it may have gone since
    name = models.CharField(max_length=NAME_LENGTH)
    place = models.TextField(blank=True)
    quote = models.CharField(max_length=MAX_QUOTE, blank=True)
    field = models.CharField(max_length=40, blank=True)  # of which the quote is a part
    quote_hash = models.CharField(max_length=HASH_LENGTH, blank=True)  # SHA-256

    class Meta:
        ordering = ("job", "position")
        constraints = (
            models.UniqueConstraint(fields=("job", "position"), name="assistant_citation_in_order"),
            models.UniqueConstraint(fields=("job", "kind", "asset"), name="assistant_citation_once"),
            models.CheckConstraint(
                condition=Q(quote="", quote_hash="") | ~Q(quote="") & ~Q(quote_hash=""),
                name="assistant_citation_quote_has_hash",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.asset}"


class ModelCall(models.Model):
    """One row is an exchange with a language model, exactly as it was sent; kept for ASSISTANT_TRACE_DAYS."""

    job = models.ForeignKey(Job, models.CASCADE, related_name="model_calls", db_index=False)
    number = models.PositiveSmallIntegerField()  # of the job's requests, from 1
    at = models.DateTimeField()
    milliseconds = models.PositiveIntegerField()
    tokens_in = models.PositiveIntegerField(default=0)
    tokens_out = models.PositiveIntegerField(default=0)
    outcome = models.CharField(max_length=40)  # ok, a status such as 429, timeout …
    request = models.TextField(blank=True)
    response = models.TextField(blank=True)

    class Meta:
        ordering = ("job", "number")
        constraints = (models.UniqueConstraint(fields=("job", "number"), name="assistant_model_call_once"),)
        indexes = (models.Index(fields=("at",), name="assistant_model_call_at"),)

    def __str__(self) -> str:
        return f"Request {self.number} of {self.job_id}"


class Spend(models.Model):
    """One row is what the questions of an account took of models on one day of UTC; it outlives them."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="+", db_index=False)
    date = models.DateField()
    questions = models.PositiveBigIntegerField(default=0)
    tokens_in = models.PositiveBigIntegerField(default=0)
    tokens_out = models.PositiveBigIntegerField(default=0)
    cost_micros = models.PositiveBigIntegerField(default=0)  # millionths of the operator's currency

    class Meta:
        constraints = (models.UniqueConstraint(fields=("date", "account"), name="assistant_spend_once"),)

    def __str__(self) -> str:
        return f"Account {self.account_id} on {self.date}"

    @property
    def cost(self) -> float:
        """In the operator's currency."""
        return self.cost_micros / 1_000_000


class Breaker(models.Model):
    """One row is a provider of models that is left alone for a while, for every process alike."""

    provider = models.CharField(max_length=200, unique=True)
    open_until = models.DateTimeField(null=True)  # NULL with a configuration: until that changes
    wait = models.PositiveIntegerField(default=0)  # seconds, of the last time; doubled at the next
    reason = models.CharField(max_length=MAX_LINE, blank=True)
    configuration = models.CharField(max_length=HASH_LENGTH, blank=True)  # that was refused, as a hash
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.provider


class AccountSettings(models.Model):
    """One row is what an account's administrators decided about the assistant; without a row nothing is allowed."""

    account = models.OneToOneField(Account, models.PROTECT, primary_key=True, related_name="+")
    model_allowed = models.BooleanField(default=False)  # whether a language model may read the account's catalog
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "account settings"

    def __str__(self) -> str:
        return f"Settings of {self.account_id}"
