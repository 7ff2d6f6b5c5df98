"""What resolvers know of the call that they serve."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from strawberry.types.info import Info as StrawberryInfo

from accounts.actors import Actor
from accounts.checked import Checked
from accounts.models import Account
from api.graphql.errors import OutOfTime
from tokens.models import ApiToken

MAX_SECONDS = 25.0  # of a call: clients wait for 30
LEAST_SECONDS = 0.05
OUT_OF_TIME = f"The call took longer than {MAX_SECONDS:.0f} seconds: ask for fewer rows, or for less at once."


def stays_in() -> None:
    """Of a call that no door brought."""


@dataclass(slots=True)
class Context:
    """One call. By the name that a root field answers under: the relations that are asked of it, its checked data."""

    token: ApiToken
    actor: Actor  # the token, as the audit log names it
    now: datetime  # UTC
    relations: Mapping[str, list[str]] = field(default_factory=dict)
    checked: Mapping[str, Checked[Any]] = field(default_factory=dict)
    let_in_again: Callable[[], None] = stays_in  # to be asked after a wait: raises when the token has ended
    extensions: dict[str, Any] = field(default_factory=dict)  # what the answer says beside its data
    ends: float = field(default_factory=lambda: time.monotonic() + MAX_SECONDS)

    @property
    def account(self) -> Account:
        return self.token.account

    @property
    def seconds_left(self) -> float:
        """For a statement; a moment at least, for a limit of 0 is none to a database."""
        return max(self.ends - time.monotonic(), LEAST_SECONDS)

    def check_time(self) -> None:
        """Raises OutOfTime."""
        if time.monotonic() > self.ends:
            raise OutOfTime(OUT_OF_TIME)


Info = StrawberryInfo[Context, None]


def asked(info: Info) -> list[str]:
    """The relations that are asked of the root field which is being answered."""
    return info.context.relations[str(info.path.key)]


def given(argument: Any) -> dict[str, Any]:
    """What an input holds, by its Python names, without what was left out; the input's class only declares it."""
    return argument or {}


def checked(info: Info) -> Any:
    """The `data` of the root field which is being answered, as its rule let it through before execution."""
    return info.context.checked[str(info.path.key)]
