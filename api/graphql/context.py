"""What resolvers know of the call that they serve."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any

import strawberry
from strawberry.types import has_object_definition
from strawberry.types.info import Info as StrawberryInfo

from accounts.actors import Actor
from accounts.models import Account
from api.graphql.errors import OutOfTime
from tokens.models import ApiToken

SECONDS = 25.0  # of a call: clients wait for 30
OUT_OF_TIME = f"The call took longer than {SECONDS:.0f} seconds: ask for fewer rows, or for less at once."


@dataclass(slots=True)
class Context:
    """One call. `relations` has, by the name that a root field answers under, the paths that are asked of it."""

    token: ApiToken
    actor: Actor  # the token, as the audit log names it
    now: datetime  # UTC
    relations: Mapping[str, list[str]] = field(default_factory=dict)
    ends: float = field(default_factory=lambda: time.monotonic() + SECONDS)

    @property
    def account(self) -> Account:
        return self.token.account

    def check_time(self) -> None:
        """Raises OutOfTime."""
        if time.monotonic() > self.ends:
            raise OutOfTime(OUT_OF_TIME)


Info = StrawberryInfo[Context, None]


def asked(info: Info) -> list[str]:
    """The relations that are asked of the root field which is being answered."""
    return info.context.relations[str(info.path.key)]


def given(row: Any) -> dict[str, Any]:
    """What an input holds, by its Python names, without what was left out; inputs inside it likewise."""
    return {name.rstrip("_"): plain(value) for name, value in vars(row).items() if value is not strawberry.UNSET}


def plain(value: Any) -> Any:
    """Enums by their text, whether they are the catalog's or the API's own."""
    match value:
        case list():
            return [plain(item) for item in value]
        case Enum():
            return value.value
    return given(value) if has_object_definition(value) else value
