"""What REST answers look like."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from ingestion import queue
from ingestion.models import Batch, Family, ImportIssue
from ingestion.reports import issue_count
from tokens import usage
from tokens.doors import Door
from tokens.models import ApiToken
from tokens.scopes import Scope

MAX_CLIENTS = 100  # of a token, those that were seen last


class AccountSerializer(serializers.Serializer):
    name = serializers.CharField()
    slug = serializers.CharField()


class OperationSerializer(serializers.Serializer):
    """What a client called at a door that has names for it: a tool of MCP."""

    operation = serializers.CharField()
    calls = serializers.IntegerField()
    failures = serializers.IntegerField()


class ClientSerializer(serializers.Serializer):
    """One client of a token at one door in the last 30 days; a token tells of the 100 that were seen last."""

    client = serializers.CharField(help_text="The name by X-Catalog-Client or User-Agent; empty when it has none.")
    door = serializers.ChoiceField(choices=Door.choices)
    calls = serializers.IntegerField(help_text="Let in. Counts are up to a minute behind.")
    failures = serializers.IntegerField(help_text="Refused although the token is the right one.")
    first_seen = serializers.DateTimeField()
    last_seen = serializers.DateTimeField()
    operations = serializers.SerializerMethodField()

    @extend_schema_field(OperationSerializer(many=True))
    def get_operations(self, client: usage.Integration) -> Any:
        called = self.context["operations"].get((client.token_id, client.client, client.door), [])
        return OperationSerializer(called, many=True).data


class TokenSerializer(serializers.Serializer):
    """A token as it may see itself. Times are UTC."""

    id = serializers.UUIDField()
    name = serializers.CharField(help_text="Empty when nobody named it.")
    scope = serializers.ChoiceField(choices=Scope.choices)
    mask = serializers.CharField()
    account = AccountSerializer()
    region = serializers.CharField()
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    seconds_left = serializers.SerializerMethodField()
    last_used_at = serializers.SerializerMethodField()
    clients = serializers.SerializerMethodField()

    def get_seconds_left(self, token: ApiToken) -> int:
        return int((token.expires_at - self.context["now"]).total_seconds())

    @extend_schema_field(serializers.DateTimeField(allow_null=True, help_text="Before this call; null for never."))
    def get_last_used_at(self, token: ApiToken) -> str | None:
        at = usage.last_used_at(token)
        return serializers.DateTimeField().to_representation(at) if at else None

    @extend_schema_field(ClientSerializer(many=True))
    def get_clients(self, token: ApiToken) -> Any:
        uses = token.uses.since(usage.first_day(self.context["now"]))
        clients = usage.integrations(uses, limit=MAX_CLIENTS)
        return ClientSerializer(clients, many=True, context={"operations": usage.operations(uses)}).data


# --- Imports ---


class ImportSerializer(serializers.Serializer):
    """The files that are imported together, and how far that is. Times are UTC."""

    id = serializers.UUIDField()
    source = serializers.UUIDField(  # type: ignore[assignment]  # DRF takes fields out of the class
        source="source_id", allow_null=True, help_text="Null for manual lineage."
    )
    family = serializers.ChoiceField(choices=Family.choices)
    stamp = serializers.DateTimeField(help_text="The time in the names of the files; without one, when they came.")
    state = serializers.ChoiceField(choices=Batch.State.choices)
    note = serializers.CharField(help_text="Why it is held, refused or failed: a sentence. Else empty.")
    phase = serializers.CharField(help_text="What it is at while it is importing. Else empty.")
    done = serializers.IntegerField(help_text="Of `total`, in this phase.")
    total = serializers.IntegerField(help_text="0 when nobody knows.")
    received_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    issues = serializers.SerializerMethodField()
    deleted = serializers.SerializerMethodField()

    def get_issues(self, batch: Batch) -> int:
        return issue_count(batch)

    def get_deleted(self, batch: Batch) -> dict[str, int]:
        """Rows that it deleted, or would delete, by kind."""
        return queue.deletions(batch)


class UploadSerializer(serializers.Serializer):
    """One file, as it came."""

    id = serializers.UUIDField()
    path = serializers.CharField()
    kind = serializers.CharField(help_text="What is in it, by its name; empty when nothing reads such files.")
    size = serializers.IntegerField(help_text="In bytes.")
    sha256 = serializers.CharField()
    received_at = serializers.DateTimeField()
    sent_by = serializers.CharField(source="actor_name", help_text="A token's mask, or a person's address.")


class ImportReportSerializer(ImportSerializer):
    """With its files, and the report."""

    files = UploadSerializer(source="uploads.all", many=True)
    counts = serializers.JSONField(
        help_text="By kind of file: rows, loaded, created, changed, unchanged, restored, deleted, notes, and issues."
    )


class ImportPageSerializer(serializers.Serializer):
    total = serializers.IntegerField()
    page = serializers.IntegerField()
    pages = serializers.IntegerField()
    results = ImportSerializer(many=True)


class IssueSerializer(serializers.Serializer):
    """One thing wrong with one row of a file."""

    file = serializers.CharField(source="upload.path")
    row = serializers.IntegerField(help_text="As a spreadsheet counts: the header is 1.")
    line = serializers.IntegerField(help_text="Of the file, in which a row may have several; 0 when nobody knows.")
    column = serializers.CharField()
    word = serializers.ChoiceField(choices=ImportIssue.Word.choices)
    value = serializers.CharField()
    sentence = serializers.CharField()


class IssuePageSerializer(serializers.Serializer):
    """Of the first 1,000 of each file and word; `issues` of the import counts all."""

    total = serializers.IntegerField()
    page = serializers.IntegerField()
    pages = serializers.IntegerField()
    results = IssueSerializer(many=True)


class ConfirmSerializer(serializers.Serializer):
    deleted = serializers.DictField(
        child=serializers.IntegerField(),
        required=False,
        help_text="The numbers to which you say yes: nothing is done if it has others by now. By default its own.",
    )
