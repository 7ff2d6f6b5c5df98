"""Typed clients (C#, Java, Go) write what nobody set as null: it is absent where a row is new, and in a question."""

import pytest
from graphql import GraphQLInputObjectType, get_named_type, is_list_type, is_non_null_type, is_nullable_type

from api.graphql.schema import public
from tests.api.graphql import documents, filling
from tests.api.graphql.asking import ask
from tests.api.graphql.calls import CALLS, FIELDS, call, data_of

MAKING = [name for name in CALLS if not name.startswith("update")]  # in a known row null says: empty this
assert public.query_type
QUERIES = public.query_type.fields
NEEDED = {"getFieldLineages": {"scope": {"hasDashboardChild": True}}}  # which no type says


def written(kind, given):
    """What was given, with null for each other field that may be null, as a class that has them all writes it."""
    if is_non_null_type(kind):
        return written(kind.of_type, given)
    if is_list_type(kind):
        return [written(kind.of_type, one) for one in given]
    if not isinstance(kind, GraphQLInputObjectType):
        return given
    fields = {name: field.type for name, field in kind.fields.items()}
    unset = {name: None for name, inner in fields.items() if is_nullable_type(inner)}
    return unset | {name: written(fields[name], value) for name, value in given.items()}


@pytest.mark.parametrize("operation", MAKING)
def test_what_is_new_may_be_written_with_nulls(writer, ids, operation):
    data = written(FIELDS[operation].args["data"].type, data_of(operation, ids))
    assert "errors" not in call(writer, operation, data).json()


def asked(secret, name, **variables):
    """The status and the body that the query is answered with."""
    arguments = QUERIES[name].args
    declared = ", ".join(f"${one}: {argument.type}" for one, argument in arguments.items())
    passed = ", ".join(f"{one}: ${one}" for one in arguments)
    fields = getattr(get_named_type(QUERIES[name].type), "fields", {})
    below = " ".join({"totalCount", "nbPerPage", "page", "greatestId"} & fields.keys()) or "__typename"
    response = ask(secret, f"query({declared}) {{ {name}({passed}) {{ {below} }} }}", **variables)
    return response.status_code, response.json()


@pytest.mark.parametrize("name", QUERIES)
def test_a_question_may_be_written_with_nulls(acme, writer, name):
    filling.fill(acme, "x", 2)
    kinds = {one: argument.type for one, argument in QUERIES[name].args.items()}
    least = {one: documents.least(kind) for one, kind in kinds.items()} | NEEDED.get(name, {})
    plain = asked(writer, name, **least)
    assert plain[0] == 200
    assert asked(writer, name, **{one: written(kind, least[one]) for one, kind in kinds.items()}) == plain
    unset = {one: None if is_nullable_type(kind) else least[one] for one, kind in kinds.items()}
    required = {one: value for one, value in unset.items() if value is not None}
    assert asked(writer, name, **unset) == asked(writer, name, **required)
