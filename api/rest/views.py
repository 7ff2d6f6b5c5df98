"""REST: what a token can ask about itself."""

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from api.authentication import calling_actor, token_of
from api.doors import DoorView
from api.rest.serializers import TokenSerializer
from tokens.doors import Door
from tokens.services import revoke_token


class OwnTokenView(DoorView):
    door = Door.REST
    operations = {"GET": "rest.token.read", "DELETE": "rest.token.revoke"}

    @extend_schema(responses=TokenSerializer)
    def get(self, request: Request) -> Response:
        """The token that asks: who it acts for, what it may do, when it expires."""
        return Response(TokenSerializer(token_of(request), context={"now": timezone.now()}).data)

    @extend_schema(request=None, responses={204: OpenApiResponse(description="Revoked for good.")})
    def delete(self, request: Request) -> Response:
        """Revoke the very token that asks, for good. For whoever finds one where it should not be."""
        revoke_token(token_of(request), by=calling_actor(request, self.door), now=timezone.now())
        return Response(status=204)


@extend_schema(exclude=True)
class NowhereView(DoorView):
    """Answers every unknown address below /api/ in the form of the others."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        raise Http404
