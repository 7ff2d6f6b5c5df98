"""The one way into the API: a token in the Authorization header, never in a query string, body or cookie."""

from datetime import UTC, datetime

from django.views.decorators.debug import sensitive_variables
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from accounts.actors import Actor, address
from accounts.models import Account
from api import throttling
from tokens.actors import calling_client
from tokens.authentication import authenticate
from tokens.doors import Door
from tokens.errors import TokenError
from tokens.models import ApiToken


class Caller:
    """Who calls the API: a token, with its account's authority. Stands where Django keeps its user; no row is read."""

    __slots__ = ("token",)
    is_authenticated = True

    def __init__(self, token: ApiToken) -> None:
        self.token = token

    @property
    def account(self) -> Account:
        return self.token.account

    @property
    def pk(self) -> str:
        return str(self.token.pk)


class TokenAuthentication(BaseAuthentication):
    @sensitive_variables()  # of this frame and of all that it calls
    def authenticate(self, request: Request) -> tuple[Caller, ApiToken] | None:
        """The caller and its token; None when nothing was sent.

        Raises the errors of `tokens.authentication.authenticate`, or TooManyRequests when there were too many calls.
        """
        sent = request._request  # noqa: SLF001  # through DRF's proxy each attribute takes as long as the whole check
        header = sent.META.get("HTTP_AUTHORIZATION", "").strip(" \t")
        if not header:
            return None
        try:
            token = authenticate(header, now=datetime.now(UTC))
        except TokenError as error:
            if error.token is None:
                throttling.count_bad_token(address(request))
            else:
                throttling.count_call(error.token, refused=error)
            raise
        throttling.count_call(token)
        return Caller(token), token

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="Catalog API"'


def authenticate_again(request: Request) -> None:
    """Check the token of a request that was let in once more: the call is counted already.

    Raises the errors of `tokens.authentication.authenticate`.
    """
    token = authenticate(request._request.META["HTTP_AUTHORIZATION"].strip(" \t"), now=datetime.now(UTC))  # noqa: SLF001
    request.user, request.auth = Caller(token), token  # type: ignore[assignment]


def token_of(request: Request) -> ApiToken:
    """The token that a door has let in."""
    assert isinstance(request.auth, ApiToken)
    return request.auth


def calling_actor(request: Request, door: Door) -> Actor:
    """The token itself, as the history of what it does names it."""
    token = token_of(request)
    return Actor(token.mask, None, address(request), calling_client(request), door=door.value, token_id=token.pk)
