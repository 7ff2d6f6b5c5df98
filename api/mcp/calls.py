"""One call of a tool, as far as tools may know it."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest

from accounts.actors import Actor
from accounts.models import Account
from api.mcp.bodies import Message
from api.operations import OPERATIONS
from tokens.errors import TokenError
from tokens.models import ApiToken
from tokens.scopes import Scope


@dataclass(slots=True)
class Call:
    """`revision` is the protocol's, as far as it is known; `refusal` is why the ledger shall not count it as let in."""

    token: ApiToken
    actor: Actor  # the token, as the audit log names it
    message: Message
    revision: str
    now: datetime  # UTC
    refusal: TokenError | None = None

    @property
    def account(self) -> Account:
        return self.token.account

    def may_write(self) -> bool:
        return self.token.allows(Scope.READ_WRITE) and self.account.mcp_writes

    def may(self, operation: str) -> bool:
        """Whether the token may call this row of OPERATIONS here; what nobody declared, nobody may."""
        needed = OPERATIONS.get(operation)
        return needed is Scope.READ_ONLY or (needed is Scope.READ_WRITE and self.may_write())


def attach(call: Call, request: HttpRequest) -> None:
    """Let the tools that this request calls know their call."""
    request.mcp_call = call  # type: ignore[attr-defined]


def call_of(request: HttpRequest) -> Call:
    call: Call = request.mcp_call  # type: ignore[attr-defined]
    return call
