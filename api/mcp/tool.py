"""What a tool is: its name, what models read of it, its arguments and its answer, and the function behind it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, get_type_hints

import msgspec

from api.mcp.answers import Answer
from api.mcp.calls import Call
from api.mcp.schemas import Schema, of_arguments
from api.operations import is_write

Given = TypeVar("Given", bound="Arguments")


class Arguments(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Root of what tools take. The classes are the schemas that clients are told, and what calls are checked by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """`answer` is a JSON Schema. `destructive` and `idempotent` are hints for clients, of tools that write."""

    name: str
    title: str
    description: str
    arguments: type[Arguments]
    answer: Schema
    run: Callable[[Call, Any], Answer]
    destructive: bool
    idempotent: bool

    @property
    def operation(self) -> str:
        """Its row in `api.operations`."""
        return f"mcp.{self.name}"

    @property
    def writes(self) -> bool:
        return is_write(self.operation)

    @property
    def schema(self) -> Schema:
        return of_arguments(self.arguments)


def tool(
    title: str, description: str, *, answer: Schema, destructive: bool = False, idempotent: bool = True
) -> Callable[[Callable[[Call, Given], Answer]], Tool]:
    """Makes a tool of a function: its name is the function's, its arguments are the class of `given`."""

    def make(run: Callable[[Call, Given], Answer]) -> Tool:
        return Tool(
            name=run.__name__,
            title=title,
            description=description,
            arguments=get_type_hints(run)["given"],
            answer=answer,
            run=run,
            destructive=destructive,
            idempotent=idempotent,
        )

    return make
