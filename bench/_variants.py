"""One view, which always says the same, behind each way to authenticate that `bench auth` compares."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection
from drf_simple_apikey.backends import APIKeyAuthentication
from knox.auth import TokenAuthentication as KnoxAuthentication
from rest_framework.authentication import BaseAuthentication, TokenAuthentication
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework_api_key.permissions import HasAPIKey

from accounts.models import User
from api import throttling
from api.authentication import TokenAuthentication as OurAuthentication
from api.doors import DoorView, OneForm
from tokens.authentication import verified
from tokens.doors import Door

# As many calls for one question to Valkey as with the shipped limit of 30,000 a minute.
throttling.BATCHES = settings.CALLS_PER_MINUTE // 300
# Ours looks at the account: a query more, which the peers would not pay for with a user of Django's.
User.is_active = True  # type: ignore[method-assign,assignment]

SQL = "SELECT id FROM tokens_apitoken WHERE public_id = %s"


class Constant(BaseAuthentication):
    """Lets everybody in, and looks at nothing."""

    def authenticate(self, request: Request) -> tuple[Any, Any]:
        return self, self


class OneQuery(BaseAuthentication):
    """The least that a check can do which asks the database: one indexed query, in SQL."""

    def authenticate(self, request: Request) -> tuple[Any, Any]:
        with connection.cursor() as cursor:
            cursor.execute(SQL, [request.META["HTTP_AUTHORIZATION"]])
            assert cursor.fetchone()
        return self, self


class FirstSight(OurAuthentication):
    """Ours when no lease holds and the token is not in memory: the most that a call can cost."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        verified.until = 0.0
        verified.values.clear()
        return super().authenticate(request)


class Sleepless(APIKeyAuthentication):  # type: ignore[misc]  # the package is not typed
    """drf-simple-apikey without its 10 ms of sleep, for that is not work."""

    def _constant_time_delay(self) -> None:
        pass


class Trivial(APIView):
    """The floor: no authentication. All that is no part of the check is as at a door of ours."""

    content_negotiation_class = OneForm
    http_method_names = DoorView.http_method_names
    authentication_classes: Any = ()
    permission_classes: Any = ()

    def get(self, request: Request) -> Response:
        return Response({})


class WithConstant(Trivial):
    authentication_classes = (Constant,)


class WithOneQuery(Trivial):
    authentication_classes = (OneQuery,)


class WithAuthtoken(Trivial):
    authentication_classes = (TokenAuthentication,)


class WithKnox(Trivial):
    authentication_classes = (KnoxAuthentication,)


class WithApiKey(Trivial):
    permission_classes = (HasAPIKey,)


class WithSimpleApiKey(Trivial):
    authentication_classes = (Sleepless,)


class Ours(DoorView):
    """A declared operation at the real door: check, scope, ledger, throttling and header."""

    door = Door.REST
    operations = {"GET": "rest.token.read"}

    def get(self, request: Request) -> Response:
        return Response({})


class OursAtFirstSight(Ours):
    authentication_classes = (FirstSight,)


@dataclass(frozen=True, slots=True)
class Variant:
    name: str
    view: type[APIView]
    credential: str  # which one of `bench._peers.credentials` it wants; "" for none

    @property
    def path(self) -> str:
        return f"api/v1/bench/{self.view.__name__}"


FLOOR = Variant("without authentication", Trivial, "")
OURS = Variant("ours", Ours, "ours")
FIRST_SIGHT = Variant("ours, first sight of the token", OursAtFirstSight, "ours")
VARIANTS = (
    FLOOR,
    Variant("a constant", WithConstant, "ours"),
    OURS,
    FIRST_SIGHT,
    Variant("one indexed query", WithOneQuery, "public id"),
    Variant("djangorestframework-api-key", WithApiKey, "api-key"),
    Variant("DRF TokenAuthentication", WithAuthtoken, "authtoken"),
    Variant("django-rest-knox", WithKnox, "knox"),
    Variant("drf-simple-apikey, without its sleep", WithSimpleApiKey, "simple-apikey"),
)
