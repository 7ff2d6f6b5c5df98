"""Names that the public API had before: documents that were written with them are read as if they had today's."""

from dataclasses import replace
from typing import Any

from graphql import (
    DefinitionNode,
    DocumentNode,
    GraphQLNamedType,
    GraphQLSchema,
    NamedTypeNode,
    OperationDefinitionNode,
)

FORMER_TYPES = {"Pagination": "PublicPagination"}  # of variables; no other type has had another name


def with_names_of_today(document: DocumentNode) -> DocumentNode:
    """The document, whose variables are of the types as they are called now."""
    return replace(document, definitions=tuple(map(of_today, document.definitions)))


def of_today(definition: DefinitionNode) -> DefinitionNode:
    if not isinstance(definition, OperationDefinitionNode) or not definition.variable_definitions:
        return definition
    variables = tuple(replace(one, type=renamed(one.type)) for one in definition.variable_definitions)
    return replace(definition, variable_definitions=variables)


def renamed(kind: Any) -> Any:
    """The node of a type by its name of today, with its brackets and exclamation marks."""
    if not isinstance(kind, NamedTypeNode):
        return replace(kind, type=renamed(kind.type))
    if (name := kind.name).value not in FORMER_TYPES:
        return kind
    return replace(kind, name=replace(name, value=FORMER_TYPES[name.value]))


def find_by_former_names(schema: GraphQLSchema) -> None:
    """Let `__type` find a type by the name that it had, too; lists of all types name it once."""

    def get_type(name: str) -> GraphQLNamedType | None:
        return schema.type_map.get(FORMER_TYPES.get(name, name))

    schema.get_type = get_type  # type: ignore[method-assign]
