"""Questions about the schema: what they may cost, and the answers that are kept, for programs ask the same ones."""

import json
import threading
from collections.abc import Mapping
from typing import Any

from graphql import (
    FieldNode,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLSyntaxError,
    strip_ignored_characters,
)

from api.graphql.errors import refused
from api.graphql.selections import Fragments, fields

MAX_SCHEMAS, MAX_TYPES = 1, 10  # `__schema` and `__type` in a call
MAX_PARTS = 40_000  # of the schema that an answer tells, as counted here; standard introspection has some 20,000
WRAPPERS = 3  # around a type: [Table!]!
MAX_KEPT = 16  # answers, of all callers together
MAX_KEPT_TEXT, MAX_KEPT_BYTES = 10_000, 1_000_000  # characters of a question, bytes of an answer


def asks_of_schema(text: str) -> bool:
    """Whether the document may ask about the schema."""
    return "__schema" in text or "__type" in text


class Cost:
    """How many parts of the schema a question makes it tell, at the most."""

    def __init__(self, schema: GraphQLSchema) -> None:
        kinds = schema.type_map.values()
        objects = [kind.fields for kind in kinds if isinstance(kind, GraphQLObjectType)]
        self.types = len(kinds)
        self.totals = {
            "directives": [len(schema.directives)],
            "fields": [len(found) for found in objects],
            "args": [len(field.args) for found in objects for field in found.values()],
            "inputFields": [len(kind.fields) for kind in kinds if isinstance(kind, GraphQLInputObjectType)],
            "enumValues": [len(kind.values) for kind in kinds if isinstance(kind, GraphQLEnumType)],
        }

    def of(self, node: FieldNode, fragments: Fragments, number: int = 1, *, each: bool = False, inner: int = 0) -> int:
        """Of this field, which is asked `number` times; `each`: once of every part of its kind; `inner`: of a type."""
        name = node.name.value
        inner = inner + 1 if name == "ofType" else 0
        told = number
        if name == "types":
            told, each = self.types, True
        elif name in self.totals:
            told = sum(self.totals[name]) if each else number * max(self.totals[name])
        elif name in {"type", "ofType"}:
            told, each = (number if inner <= WRAPPERS else 0), False  # many fields have the same type
        return max(number, told) + sum(
            self.of(below, fragments, told, each=each, inner=inner) for below in fields(node.selection_set, fragments)
        )


def check_questions(roots: list[FieldNode], fragments: Fragments, cost: Cost) -> None:
    """Raises Refused for a question about the schema that costs too much."""
    asked = [node for node in roots if node.name.value in {"__schema", "__type"}]
    for name, limit in (("__schema", MAX_SCHEMAS), ("__type", MAX_TYPES)):
        if (count := sum(node.name.value == name for node in asked)) > limit:
            raise refused(f"The operation asks {name} {count} times: {limit} in one call.")
    if (parts := sum(cost.of(node, fragments) for node in asked)) > MAX_PARTS:
        raise refused(f"The questions about the schema have up to {parts:,} answers: {MAX_PARTS:,} are possible.")


class Kept:
    """Answers about the schema, as bytes; whoever is let in gets the same. Those that were kept first go first."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.answers: dict[str, bytes] = {}

    def key(self, text: str, variables: Mapping[str, Any], operation_name: str | None) -> str | None:
        """What equal questions share, however they are spaced; None for what is not worth keeping."""
        if not asks_of_schema(text) or len(text) > MAX_KEPT_TEXT:
            return None
        try:
            given = json.dumps([operation_name, variables], sort_keys=True)
            return f"{strip_ignored_characters(text)}\n{given}" if len(given) <= MAX_KEPT_TEXT else None
        except (GraphQLSyntaxError, RecursionError):
            return None

    def get(self, key: str | None) -> bytes | None:
        return self.answers.get(key) if key else None

    def keep(self, key: str, answer: Mapping[str, Any]) -> bytes:
        """The answer's bytes, which are kept unless they are too many."""
        written = json.dumps(answer, separators=(",", ":")).encode()
        if len(written) <= MAX_KEPT_BYTES:
            with self.lock:
                self.answers[key] = written
                while len(self.answers) > MAX_KEPT:
                    del self.answers[next(iter(self.answers))]
        return written


kept = Kept()
