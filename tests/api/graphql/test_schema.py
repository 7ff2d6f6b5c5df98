"""The schema agrees with the lists of the public API: names, nullability, arguments, defaults, enums."""

from pathlib import Path

import pytest
from django.core.management import call_command
from graphql import get_introspection_query

from tests.api.graphql.asking import data

CONTRACT = Path(__file__).with_name("contract.txt").read_text().splitlines()
PROMISED = {line for line in CONTRACT if line and not line.startswith("#")}
OURS = {"Query", "Mutation"}


def written(kind):
    match kind["kind"]:
        case "NON_NULL":
            return f"{written(kind['ofType'])}!"
        case "LIST":
            return f"[{written(kind['ofType'])}]"
    return kind["name"]


def argument(found):
    default = f" = {found['defaultValue']}" if found["defaultValue"] else ""
    return f"{found['name']}: {written(found['type'])}{default}"


def operations(kind, word):
    for field in kind["fields"]:
        arguments = ", ".join(sorted(map(argument, field["args"])))
        yield f"{word} {field['name']}({arguments}): {written(field['type'])}"


def facts(kind):
    """What introspection says of one type, in the words of the contract."""
    name = kind["name"]
    match kind["kind"]:
        case "OBJECT" if name in OURS:
            yield from operations(kind, name.lower())
        case "OBJECT":
            yield from (f"type {name}.{field['name']}: {written(field['type'])}" for field in kind["fields"])
        case "INPUT_OBJECT":
            yield from (f"input {name}.{argument(field)}" for field in kind["inputFields"])
        case "ENUM":
            yield f"enum {name}: {' '.join(sorted(value['name'] for value in kind['enumValues']))}"


@pytest.fixture
def shown(reader):
    kinds = data(reader, get_introspection_query())["__schema"]["types"]
    return {fact for kind in kinds if not kind["name"].startswith("__") for fact in facts(kind)}


def test_nothing_that_is_promised_is_missing(shown):
    assert not PROMISED - shown


def test_nothing_is_there_that_is_not_promised(shown):
    assert not shown - PROMISED


def test_the_exported_schema_is_the_one_that_is_served():
    call_command("export_graphql_schema", "--check")


def test_scalars_are_the_contract_s(reader):
    kinds = data(reader, "{ __schema { types { name kind } } }")["__schema"]["types"]
    scalars = {kind["name"] for kind in kinds if kind["kind"] == "SCALAR"}
    assert scalars == {"String", "Boolean", "Int", "Float", "ID", "Timestamp", "DateTime", "JSON"}
