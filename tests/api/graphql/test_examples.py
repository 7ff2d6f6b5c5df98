"""The examples of the playground run as they are, whatever the account has."""

import pytest
from graphql import OperationDefinitionNode, OperationType, parse

from api.playground import documents, examples
from catalog.demo.filling import fill
from catalog.models import Schema, Table
from tests.api.graphql.asking import ask, codes, data
from tests.api.graphql.reading import rows
from tests.catalog.factories import a_table
from tests.factories import NOW

WRITE = next(number for number, text in enumerate(documents()) if "\nmutation " in text)


def test_each_answers_something_of_the_demo(acme, writer):
    fill(acme, now=NOW)
    for text in examples(acme):
        [answer] = data(writer, text).values()
        assert answer if isinstance(answer, list) else answer["data"], text


def test_a_description_is_written_that_the_table_shows_already(acme, writer):
    text = 'One row per "order",\nwith \\ and 漢字'
    a_table(acme, "a.b.popular", popularity=9)
    table = a_table(acme, description_raw=text, popularity=1)
    before = rows(writer, "getTables", "id description")
    [said] = data(writer, examples(acme)[WRITE])["updateTablesDocumentation"]
    assert said == {"id": str(table.pk), "name": table.name, "description": text}
    assert rows(writer, "getTables", "id description") == before


def test_a_table_without_a_text_gets_what_its_source_says(acme, writer):
    table = a_table(acme, external_description="As the source says.")
    data(writer, examples(acme)[WRITE])
    assert Table.objects.get(pk=table.pk).description_raw == "As the source says."


def test_no_example_is_about_what_cannot_be_seen(acme, umbrella, writer):
    a_table(umbrella, description_raw="theirs")
    a_table(acme, description_raw="deleted", deleted_at=NOW)
    hidden = a_table(acme, description_raw="hidden")
    Schema.objects.filter(pk=hidden.schema_id).update(is_hidden=True)
    answers = [ask(writer, text) for text in examples(acme)]
    assert codes(answers.pop(WRITE)) == (200, ["NOT_FOUND"])
    assert all(answer.json()["data"] for answer in answers)


@pytest.mark.parametrize("text", documents())
def test_an_example_is_one_operation_under_a_title_whose_tab_is_one_word(text):
    assert text.startswith("# ")
    [operation] = parse(text).definitions
    assert isinstance(operation, OperationDefinitionNode)
    assert operation.name
    assert operation.name.value.istitle()


def test_there_are_examples_of_both():
    kinds = [parse(text).definitions[0].operation for text in documents()]  # type: ignore[attr-defined]
    assert (kinds.count(OperationType.QUERY), kinds.count(OperationType.MUTATION)) == (4, 1)
