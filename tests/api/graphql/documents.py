"""Documents made from the schema: one for each operation, with a value for all that is required."""

import json

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLObjectType,
    get_named_type,
    is_list_type,
    is_non_null_type,
    is_required_argument,
    is_required_input_field,
)

from api.graphql.schema import public

KINDS = {word: kind for word, kind in (("query", public.query_type), ("mutation", public.mutation_type)) if kind}
OPERATIONS = [(word, name) for word, kind in KINDS.items() for name in kind.fields]
LEAVES = {"Int": "1", "Float": "1.5", "Boolean": "true", "DateTime": '"2026-01-01T00:00:00Z"'}


def literal(kind):
    """A value of this type as it is written into a document."""
    if is_non_null_type(kind):
        return literal(kind.of_type)
    if is_list_type(kind):
        return f"[{literal(kind.of_type)}]"
    if isinstance(kind, GraphQLEnumType):
        return next(iter(kind.values))
    if isinstance(kind, GraphQLInputObjectType):
        required = {name: field.type for name, field in kind.fields.items() if is_required_input_field(field)}
        return "{" + " ".join(f"{name}: {literal(inner)}" for name, inner in required.items()) + "}"
    return LEAVES.get(kind.name, '"x"')


def least(kind):
    """The same as JSON has it."""
    if is_non_null_type(kind):
        return least(kind.of_type)
    if is_list_type(kind):
        return [least(kind.of_type)]
    if isinstance(kind, GraphQLInputObjectType):
        return {name: least(field.type) for name, field in kind.fields.items() if is_required_input_field(field)}
    return next(iter(kind.values)) if isinstance(kind, GraphQLEnumType) else json.loads(LEAVES.get(kind.name, '"x"'))


def field(word, name):
    """The operation as a field at the root, with what it requires."""
    definition = KINDS[word].fields[name]
    required = {n: a.type for n, a in definition.args.items() if is_required_argument(a)}
    arguments = ", ".join(f"{argument}: {literal(kind)}" for argument, kind in required.items())
    below = " { __typename }" if isinstance(get_named_type(definition.type), GraphQLObjectType) else ""
    return f"{name}({arguments}){below}" if arguments else f"{name}{below}"


def document(word, name):
    return f"{word} {{ {field(word, name)} }}"
