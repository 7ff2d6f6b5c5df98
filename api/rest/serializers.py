"""What REST answers look like."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

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
