"""Questions about the schema: what they may cost, and answers that are kept."""

from unittest.mock import Mock

import pytest
from django.utils import timezone
from graphql import get_introspection_query

from api.graphql import execution, introspection
from api.graphql.introspection import Kept
from tests.api.graphql.asking import ask, codes, data
from tokens.models import ApiToken
from tokens.services import revoke_token

STANDARD = {
    "graphql-js": get_introspection_query(),
    "without descriptions": get_introspection_query(descriptions=False),
    "with all that there is": get_introspection_query(
        specified_by_url=True, directive_is_repeatable=True, schema_description=True, input_value_deprecation=True
    ),
    "of one operation": "{ __schema { queryType { fields { name args { name type { name ofType { name } } } } } } }",
    "of ten types": "{" + " ".join(f't{i}: __type(name: "Table") {{ fields {{ name }} }}' for i in range(10)) + "}",
}


@pytest.fixture(autouse=True)
def kept(monkeypatch):
    """Nothing, so far."""
    nothing = Kept()
    monkeypatch.setattr(execution, "kept", nothing)
    return nothing


@pytest.fixture
def executed(monkeypatch):
    """How often something was executed."""
    run = Mock(side_effect=execution.run)
    monkeypatch.setattr(execution, "run", run)
    return run


@pytest.mark.parametrize("text", STANDARD.values(), ids=STANDARD)
def test_a_question_that_was_asked_before_is_answered_from_memory(reader, writer, executed, text):
    first, again = ask(reader, text), ask(writer, f"# spaced otherwise\n{text.replace('{', ' {, ')}")
    assert (first.status_code, first.content, first["Content-Type"]) == (200, again.content, again["Content-Type"])
    assert executed.call_count == 1


def test_a_token_that_has_ended_is_told_nothing_from_memory(reader, db):
    ask(reader, STANDARD["graphql-js"])
    revoke_token(ApiToken.objects.get(), by=None, now=timezone.now())
    assert ask(reader, STANDARD["graphql-js"]).status_code == 401


DIFFERENT = "query a($n: String!) { __type(name: $n) { name } } query b { __schema { queryType { name } } }"


def test_variables_and_the_operation_make_another_question(reader):
    assert data(reader, "query($n: String!) { __type(name: $n) { name } }", n="Table") == {"__type": {"name": "Table"}}
    assert data(reader, "query($n: String!) { __type(name: $n) { name } }", n="Term") == {"__type": {"name": "Term"}}
    asked = [ask(reader, DIFFERENT, operation=name, n="Term").json()["data"] for name in ("a", "b")]
    assert asked == [{"__type": {"name": "Term"}}, {"__schema": {"queryType": {"name": "Query"}}}]


def test_a_text_with_a_space_is_another_question(reader):
    found = [data(reader, f'{{ __type(name: "{name}") {{ name }} }}')["__type"] for name in ("Table", "Ta ble")]
    assert found == [{"name": "Table"}, None]


@pytest.mark.parametrize("text", ["{ __schema { queryType { name } } getTags { page } }", "{ getTags { __typename } }"])
def test_what_is_stored_is_asked_each_time(reader, executed, text):
    assert [data(reader, text) for _ in range(2)]
    assert executed.call_count == 2


def test_few_answers_are_kept_and_no_long_one(reader, kept, monkeypatch):
    for number in range(introspection.MAX_KEPT + 5):
        data(reader, f"{{ a{number}: __schema {{ queryType {{ name }} }} }}")
    assert len(kept.answers) == introspection.MAX_KEPT
    monkeypatch.setattr(introspection, "MAX_KEPT_BYTES", 10)
    before = dict(kept.answers)
    data(reader, "{ long: __schema { queryType { name } } }")
    assert kept.answers == before


TOO_MUCH = {
    "two schemas": ("{ __schema { queryType { name } } a: __schema { queryType { name } } }", "__schema 2 times"),
    "fields of fields": (
        "{ __schema { types { "
        + " ".join(f"a{i}: fields {{ type {{ fields {{ name }} }} }}" for i in range(9))
        + "} } }",
        "answers: 40,000 are possible",
    ),
    "arguments of all again and again": (
        "{ __schema { types { fields { type { fields { args { name type { name ofType { name } } } } } } } } }",
        "answers: 40,000 are possible",
    ),
}


@pytest.mark.parametrize("name", TOO_MUCH)
def test_a_question_that_costs_too_much_is_refused(reader, name):
    text, sentence = TOO_MUCH[name]
    response = ask(reader, text, n="Table")
    assert codes(response) == (400, ["BAD_USER_INPUT"])
    assert sentence in response.json()["errors"][0]["message"]
