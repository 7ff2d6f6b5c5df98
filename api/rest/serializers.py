"""What REST answers look like."""

from rest_framework import serializers

from tokens.models import ApiToken
from tokens.scopes import Scope


class AccountSerializer(serializers.Serializer):
    name = serializers.CharField()
    slug = serializers.CharField()


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

    def get_seconds_left(self, token: ApiToken) -> int:
        return int((token.expires_at - self.context["now"]).total_seconds())
