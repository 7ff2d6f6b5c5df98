"""Arguments are converted and checked once, and what the API takes is what the rows of the rules have."""

from typing import get_args, get_type_hints
from unittest.mock import Mock

import pytest
from graphql import GraphQLInputObjectType, get_named_type

from accounts import rules as accounts
from api.graphql.checks import RULES
from api.graphql.schema import public
from api.graphql.warehouse.inputs import CreateTableInput
from catalog.rules import batches
from tests.api.graphql.mutating import mutate
from tests.catalog.keeping import kept_schema

assert public.mutation_type
MUTATIONS = public.mutation_type.fields
NOUNS = {name: next(iter(get_type_hints(RULES[name]).values())) for name in MUTATIONS}


def noun_of(annotation):
    """The TypedDict in `Sequence[NewTable]`, `list[OwnedAsset] | None`; None if there is none in it."""
    if hasattr(annotation, "__required_keys__"):
        return annotation
    return next((noun for inner in get_args(annotation) if (noun := noun_of(inner))), None)


def fields(kind, noun, path=""):
    """What the input has and the noun does not."""
    known = get_type_hints(noun)
    for field in kind.fields.values():
        if field.out_name not in known:
            yield f"{path}{field.out_name}"
        elif isinstance(inner := get_named_type(field.type), GraphQLInputObjectType):
            yield from fields(inner, noun_of(known[field.out_name]), f"{path}{field.out_name}.")


@pytest.mark.parametrize("name", MUTATIONS)
def test_every_field_of_an_input_is_one_of_the_rows_that_the_rule_takes(name):
    kind = get_named_type(MUTATIONS[name].args["data"].type)
    assert list(fields(kind, noun_of(NOUNS[name]))) == []


def test_a_batch_is_checked_once_and_no_objects_are_made_of_it(acme, writer, monkeypatch):
    check = Mock(side_effect=batches.check_batch)
    monkeypatch.setattr(batches, "check_batch", check)
    monkeypatch.setattr(CreateTableInput, "__init__", Mock(side_effect=AssertionError))
    rows = [{"schemaId": str(kept_schema(acme).pk), "externalId": str(n), "name": str(n)} for n in range(3)]
    assert len(mutate(writer, "createTables", rows)) == 3
    assert check.call_count == 1


def test_a_team_is_checked_once(acme, writer, monkeypatch):
    check = Mock(side_effect=accounts.check_fields)
    monkeypatch.setattr(accounts, "check_fields", check)
    mutate(writer, "upsertTeam", {"name": "Data"})
    assert check.call_count == 1
