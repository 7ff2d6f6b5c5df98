"""Documents that ask a query for all that it can give, made from the schema and the table of relations."""

from typing import Any

from graphql import GraphQLObjectType, get_named_type

from api.graphql.relations import RELATIONS
from api.graphql.schema import public
from api.graphql.selections import NOT_RELATIONS, PAGE_ROWS

ASSISTANT = {"addAiAssistantJob", "getAiAssistantJobResult"}
assert public.query_type
QUERIES = {name: field for name, field in public.query_type.fields.items() if name not in ASSISTANT}
# What has to be said, when nothing is looked for.
REQUIRED: dict[str, dict[str, Any]] = {
    "getFieldLineages": {"scope": {"hasDashboardChild": True}},
    "searchQueries": {"data": {"question": "anything"}},
}


def everything(name):
    """The query with every field and every relation that it allows."""
    return document(name, selection(name, get_named_type(QUERIES[name].type)))


def document(name, below):
    """The query with these fields below it, and its arguments as variables of their names."""
    arguments = QUERIES[name].args
    declared = ", ".join(f"${argument}: {found.type}" for argument, found in arguments.items())
    handed = ", ".join(f"{argument}: ${argument}" for argument in arguments)
    return f"query({declared}) {{ {name}({handed}) {{ {below} }} }}"


def selection(name, kind, path=""):
    return " ".join(filter(None, (selected(name, field, found, path) for field, found in kind.fields.items())))


def selected(name, field, found, path):
    inner = get_named_type(found.type)
    if not isinstance(inner, GraphQLObjectType):
        return field
    if field == PAGE_ROWS or inner.name in NOT_RELATIONS:
        return f"{field} {{ {selection(name, inner, path)} }}"
    here = f"{path}{field}"
    return f"{field} {{ {selection(name, inner, f'{here}.')} }}" if here in RELATIONS.get(name, ()) else ""


def scope_fields(name):
    """The filters of a query, by name, with their types."""
    argument = QUERIES[name].args.get("scope")
    return get_named_type(argument.type).fields if argument else {}


def sorting_keys(name):
    argument = QUERIES[name].args.get("sorting")
    return list(get_named_type(get_named_type(argument.type).fields["sortingKey"].type).values) if argument else []


def rows_in(answer):
    """The rows of an answer under `data`, whether they come in pages or not."""
    (found,) = answer.values()
    return found["data"] if isinstance(found, dict) else found
