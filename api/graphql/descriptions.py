"""What the schema says of itself: one sentence for each of its parts, taken from the docstring where it is declared.

Its first paragraph is about the class or the resolver. Below it, a line `name: sentence` is about a field, a value or
an argument, by the name that callers know; `one, other: sentence` is about several, and indented lines go on.
What a class does not say is said by the classes above it, then by the tables of `phrases`.
"""

import inspect
import re
from collections import ChainMap
from collections.abc import Mapping
from typing import Any, NamedTuple

from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLNamedType, GraphQLObjectType, GraphQLSchema
from strawberry.schema.schema_converter import GraphQLCoreConverter

from api.graphql import phrases

DEFINITION = GraphQLCoreConverter.DEFINITION_BACKREF
PART = re.compile(r"^(?P<names>\w+(?:,\s+\w+)*): (?P<sentence>.+(?:\n .+)*)", re.MULTILINE)

Declared = GraphQLEnumType | GraphQLInputObjectType | GraphQLObjectType


class Described(NamedTuple):
    """A sentence of the thing itself, empty if there is none, and one of each of its parts by name."""

    itself: str
    parts: Mapping[str, str]


def describe(schema: GraphQLSchema) -> None:
    """Give every class, its fields and its values, and every operation and its arguments their sentences."""
    for kind in schema.type_map.values():
        if isinstance(kind, Declared) and DEFINITION in kind.extensions:
            words = of_class(kind)
            kind.description = words.itself or kind.description
            for name, part in parts_of(kind).items():
                part.description = words.parts.get(name) or shared(kind).get(name)
    for operation in operations(schema).values():
        words = of_resolver(operation)
        operation.description = words.itself
        for name, argument in operation.args.items():
            argument.description = words.parts.get(name) or phrases.ARGUMENTS.get(name)


def operations(schema: GraphQLSchema) -> dict[str, Any]:
    """The fields at the root, by name."""
    return {
        name: field for root in (schema.query_type, schema.mutation_type) if root for name, field in root.fields.items()
    }


def parts_of(kind: Declared) -> Mapping[str, Any]:
    parts: Mapping[str, Any] = kind.values if isinstance(kind, GraphQLEnumType) else kind.fields
    return parts


def of_class(kind: GraphQLNamedType) -> Described:
    """What the docstrings of the class say, and those above it of parts."""
    definition = kind.extensions[DEFINITION]
    declared = definition.wrapped_cls if isinstance(kind, GraphQLEnumType) else definition.origin
    words = [of_docstring(own_docstring(above)) for above in declared.__mro__]
    return Described(words[0].itself, ChainMap(*(dict(one.parts) for one in words)))


def of_resolver(operation: Any) -> Described:
    return of_docstring(operation.extensions[DEFINITION].base_resolver.wrapped_func.__doc__)


def own_docstring(declared: type) -> str | None:
    """The one that somebody wrote: where there is none, `dataclass` writes the signature."""
    text: str | None = vars(declared).get("__doc__")
    return None if text and text.startswith(f"{declared.__name__}(") else text


def of_docstring(text: str | None) -> Described:
    itself, _, rest = inspect.cleandoc(text or "").partition("\n\n")
    found = [(part["names"], on_one_line(part["sentence"])) for part in PART.finditer(rest)]
    return Described(on_one_line(itself), {name: said for names, said in found for name in re.split(r",\s+", names)})


def on_one_line(text: str) -> str:
    return " ".join(text.split())


def shared(kind: Declared) -> Mapping[str, str]:
    """What many classes of this sort say alike of their parts."""
    if isinstance(kind, GraphQLEnumType):
        return phrases.VALUES
    if isinstance(kind, GraphQLObjectType):
        return phrases.ANSWERED
    if kind.name.endswith("Scope"):
        return phrases.SOUGHT
    return ChainMap(phrases.CHANGED, phrases.SENT) if kind.name.startswith("Update") else phrases.SENT
