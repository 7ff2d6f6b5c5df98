"""Why a token does not open, or cannot be made.

    TokenError
    ├── MalformedToken
    ├── WrongRegion
    ├── UnknownToken
    ├── TokenEnded
    │   ├── TokenExpired
    │   ├── TokenRevoked
    │   └── TokenReplaced
    ├── AccountSuspended
    ├── McpOff
    ├── InsufficientScope
    ├── TooManyRequests
    ├── ReplacementNotAcknowledged
    └── InvalidName
        └── NameIsToken

Each has a `code` for programs, a `title` that says what the code means, and its text: a sentence about this one case.
"""

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tokens.models import ApiToken


class TokenError(Exception):
    """Root of this app's errors. None of them ever holds a token's value.

    `token` is the token whose secret the caller proved, if it did: its failed call belongs to that token.
    """

    code = "token_error"
    title = "The token cannot be used"
    token: "ApiToken | None" = None

    def __str__(self) -> str:
        return f"{self.title}."

    @property
    def recorded_as(self) -> str:
        """The reason that the ledger keeps."""
        return self.code


class MalformedToken(TokenError):
    code = "malformed"
    title = "The token is malformed"

    def __str__(self) -> str:
        return "The token was cut off or mistyped: copy all 60 characters of it."


class WrongRegion(TokenError):
    code = "wrong_region"
    title = "The token is for another region"

    def __init__(self, region: str) -> None:
        super().__init__(region)
        self.region = region

    def __str__(self) -> str:
        return f"The token belongs to the region {self.region.upper()}."


class UnknownToken(TokenError):
    """There is no such token, or its secret is wrong; nobody learns which."""

    code = "unknown"
    title = "The token is unknown"

    def __str__(self) -> str:
        return "There is no such token."


class TokenEnded(TokenError):
    """Root of the reasons that are told only to a caller who proved the secret; `at` is in UTC."""

    def __init__(self, token: "ApiToken", *, at: datetime) -> None:
        super().__init__(at)
        self.token = token
        self.at = at

    @property
    def when(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} UTC"


class TokenExpired(TokenEnded):
    code = "expired"
    title = "The token has expired"

    def __str__(self) -> str:
        return f"The token expired on {self.when}."


class TokenRevoked(TokenEnded):
    code = "revoked"
    title = "The token was revoked"

    def __str__(self) -> str:
        return f"The token was revoked on {self.when}."


class TokenReplaced(TokenEnded):
    code = "replaced"
    title = "The token was replaced"

    def __init__(self, token: "ApiToken", *, at: datetime, replaced_by: str) -> None:
        super().__init__(token, at=at)
        self.replaced_by = replaced_by  # the mask of the newer token

    def __str__(self) -> str:
        return f"The token was replaced on {self.when}."


class AccountSuspended(TokenError):
    code = "account_suspended"
    title = "The account is suspended"

    def __init__(self, token: "ApiToken | None" = None) -> None:
        super().__init__()
        self.token = token


class McpOff(TokenError):
    code = "mcp_off"
    title = "MCP server access is off"

    def __init__(self, token: "ApiToken") -> None:
        super().__init__()
        self.token = token

    def __str__(self) -> str:
        return f"{self.title} for this account. An administrator turns it on in Settings > API > MCP."


class InsufficientScope(TokenError):
    code = "insufficient_scope"
    title = "The token's scope is too weak"

    def __init__(self, token: "ApiToken", *, needed: str) -> None:
        super().__init__(needed)
        self.token = token
        self.needed = needed

    def __str__(self) -> str:
        return f"This operation needs a token with the scope {self.needed}."


class TooManyRequests(TokenError):
    """More calls in a minute than `limit`; `wait` is in whole seconds, 1 at the least."""

    code = "too_many_requests"
    title = "Too many requests"

    def __init__(
        self, token: "ApiToken | None", *, limit: int, wait: int, instead_of: TokenError | None = None
    ) -> None:
        super().__init__(limit, wait)
        self.instead_of = instead_of  # why a dead token would have been refused anyway
        self.token = token
        self.limit, self.wait = limit, wait

    def __str__(self) -> str:
        what = "calls with this token" if self.token else "calls with bad tokens from this address"
        return f"There were more than {self.limit} {what} in a minute."

    @property
    def recorded_as(self) -> str:
        return self.instead_of.code if self.instead_of else self.code


class ReplacementNotAcknowledged(TokenError):
    """The token that generating would replace is not the one that was shown, or nobody agreed to it."""

    code = "replacement_not_acknowledged"
    title = "Another token is active now"

    def __init__(self, current: "ApiToken | None") -> None:
        super().__init__()
        self.current = current

    def __str__(self) -> str:
        return f"{self.title}. Nothing was changed."


class InvalidName(TokenError):
    code = "invalid_name"
    title = "A name has at most 80 characters, on one line"


class NameIsToken(InvalidName):
    title = "That is the value of a token"

    def __str__(self) -> str:
        return f"{self.title}. A name is shown and mailed: say what the token is for."


# Why a call was refused whose caller proved the secret, and what that means: the reasons that the ledger may record.
RECORDED = {
    error.code: error.title
    for error in (
        *(TokenExpired, TokenRevoked, TokenReplaced, AccountSuspended),
        *(McpOff, InsufficientScope, TooManyRequests),
    )
}
