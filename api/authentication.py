"""The one way into the API: a token in the Authorization header, never in a query string, body or cookie."""

import re
from dataclasses import dataclass

from django.utils import timezone
from django.views.decorators.debug import sensitive_variables
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from accounts.models import Account
from api import throttling
from tokens.actors import Actor, address, calling_client
from tokens.authentication import authenticate
from tokens.errors import MalformedToken, TokenError
from tokens.models import ApiToken

# `Token <t>`, `Bearer <t>` or the bare value, in any case, blanks trimmed. 200 characters are room enough.
HEADER = re.compile(r"(?:(?:token|bearer)[ \t]+)?([!-~]{1,200})", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls the API: a token, with its account's authority. Stands where Django keeps its user; no row is read."""

    token: ApiToken
    is_authenticated: bool = True

    @property
    def account(self) -> Account:
        return self.token.account

    @property
    def pk(self) -> str:
        return str(self.token.pk)


class TokenAuthentication(BaseAuthentication):
    @sensitive_variables()
    def authenticate(self, request: Request) -> tuple[Caller, ApiToken] | None:
        """The caller and its token; None when nothing was sent.

        Raises the errors of `tokens.authentication.authenticate`, or TooManyRequests when there were too many calls.
        """
        header = request.META.get("HTTP_AUTHORIZATION", "").strip(" \t")
        if not header:
            return None
        try:
            token = authenticate(value_in(header), now=timezone.now())
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


@sensitive_variables()
def value_in(header: str) -> str:
    """What stands in an Authorization header as the token. Raises MalformedToken."""
    found = HEADER.fullmatch(header)
    if found is None or found[1].lower() in {"token", "bearer"}:
        raise MalformedToken
    return found[1]


def token_of(request: Request) -> ApiToken:
    """The token that a door has let in."""
    assert isinstance(request.auth, ApiToken)
    return request.auth


def calling_actor(request: Request) -> Actor:
    """The token itself, as the history of what it does names it."""
    token = token_of(request)
    return Actor(token.mask, None, address(request), calling_client(request))
