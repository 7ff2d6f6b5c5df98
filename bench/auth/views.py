"""One view, which always says the same, behind each way to authenticate that needs nothing but what we ship."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api import throttling
from api.authentication import TokenAuthentication
from api.doors import DoorView, OneForm
from bench.settings import SHIPPED_CALLS_PER_MINUTE
from tokens.authentication import verified
from tokens.doors import Door

# As many calls for one question to Valkey as with the shipped limit.
throttling.BATCHES_PER_WINDOW = settings.CALLS_PER_MINUTE // (SHIPPED_CALLS_PER_MINUTE // throttling.BATCHES_PER_WINDOW)

SQL = "SELECT id FROM tokens_apitoken WHERE public_id = %s"


@dataclass(frozen=True, slots=True)
class Variant:
    name: str
    view: type[APIView]
    credential: str = "ours"  # which one of `variants.credentials` it wants; "" for none

    @property
    def path(self) -> str:
        return f"api/v1/bench/{self.view.__name__}"


class OneQuery(BaseAuthentication):
    """The least that a check can do which asks the database: one indexed query, in SQL."""

    def authenticate(self, request: Request) -> tuple[Any, Any]:
        with connection.cursor() as cursor:
            cursor.execute(SQL, [request.META["HTTP_AUTHORIZATION"]])
            assert cursor.fetchone()
        return self, self


class FirstSight(TokenAuthentication):
    """Ours when no lease holds and the token is not in memory: the most that a call can cost."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        verified.until = 0.0
        verified.values.clear()
        return super().authenticate(request)


class Trivial(APIView):
    """The floor: no authentication. All that is no part of the check is as at a door of ours."""

    content_negotiation_class = OneForm
    http_method_names = DoorView.http_method_names
    authentication_classes: Any = ()
    permission_classes: Any = ()

    def get(self, request: Request) -> Response:
        return Response({})


class WithOneQuery(Trivial):
    authentication_classes = (OneQuery,)


class Ours(DoorView):
    """A declared operation at the real door: check, scope, ledger, throttling and header."""

    door = Door.REST
    operations = {"GET": "rest.token.read"}

    def get(self, request: Request) -> Response:
        return Response({})


class OursAtFirstSight(Ours):
    authentication_classes = (FirstSight,)


FLOOR = Variant("without authentication", Trivial, "")
OURS = Variant("ours", Ours)
FIRST_SIGHT = Variant("ours, first sight of the token", OursAtFirstSight)
ONE_QUERY = Variant("one indexed query", WithOneQuery, "public id")
