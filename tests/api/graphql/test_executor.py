"""Rows are read by a shorter way than graphql-core's, which tells errors as it does."""

import pytest

from api.graphql import executor
from tests.api.graphql.asking import ask
from tests.catalog.factories import TableFactory

ROWS = "{ getTables { totalCount data { name %s { id } } } }"
DATA = ["getTables", "data", 0]


@pytest.fixture
def table(acme):
    return TableFactory.create(name="orders", schema__database__source__account=acme)


@pytest.fixture
def says(monkeypatch):
    """`says(name, answer)`: from now on rows answer by this attribute what `answer()` is."""
    read = executor.attribute

    def change(name, answer):
        monkeypatch.setattr(executor, "attribute", lambda row, asked: answer() if asked == name else read(row, asked))

    return change


def fail():
    raise ValueError("the secret of the house")


def told(response):
    """Codes and paths of the errors, which say no more of what went wrong."""
    assert b"secret of the house" not in response.content
    return [(error["extensions"]["code"], error["path"]) for error in response.json()["errors"]]


def test_a_relation_that_fails_is_null_and_the_rest_is_answered(reader, table, says):
    says("verified_by_user", fail)
    response = ask(reader, ROWS % "verifiedBy")
    assert told(response) == [("INTERNAL_SERVER_ERROR", [*DATA, "verifiedBy"])]
    assert response.json()["data"]["getTables"] == {"totalCount": 1, "data": [{"name": "orders", "verifiedBy": None}]}


@pytest.mark.parametrize("answer", [fail, lambda: None])
def test_a_relation_that_is_always_there_takes_with_it_what_holds_it(reader, table, says, answer):
    says("schema", answer)
    response = ask(reader, ROWS % "schema")
    assert told(response) == [("INTERNAL_SERVER_ERROR", [*DATA, "schema"])]
    assert response.json()["data"] is None


def test_a_null_that_may_not_be_is_told_by_the_names_of_the_schema(reader, table, says, caplog):
    says("schema", lambda: None)
    ask(reader, ROWS % "schema")
    assert "Cannot return null for non-nullable field Table.schema." in caplog.text
