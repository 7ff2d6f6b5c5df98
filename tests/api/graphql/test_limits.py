"""What costs too much is refused with a sentence, before it costs."""

from unittest.mock import Mock

import pytest
from django.db import connection

from api.graphql import checks, limits
from api.graphql.errors import OutOfTime, Refused
from api.graphql.execution import checked_document
from tests.api.graphql.asking import ask, codes, send
from tests.api.graphql.reading import refused
from tests.catalog.factories import TableFactory
from tokens.scopes import Scope

READING, WRITING = limits.ROOM[Scope.READ_ONLY], limits.ROOM[Scope.READ_WRITE]


def nested(depth):
    return "{ getTerms { data { " + "parentTerm { " * depth + "id" + " }" * depth + " } } }"


TOO_MUCH = {
    "depth": (nested(30), "33 levels"),
    "aliases": ("{ getTables {" + " ".join(f"a{i}: page" for i in range(60)) + "} }", "60 aliases"),
    "fields": ("{ getTables { data { " + "id " * 600 + "} } }", "602 fields"),
    "fields of a fragment that nothing uses": (
        "{ getTables { page } } fragment f on GetTablesOutput { " + "page " * 600 + "}",
        "600 fields",
    ),
    "operations": (" ".join(f"query q{i} {{ getTables {{ page }} }}" for i in range(60)), "60 definitions"),
    "variables": (f"query({' '.join(f'$v{i}: Int' for i in range(101))}) {{ getTables {{ page }} }}", "101 variables"),
    "words": ("{ getTables { data { " + "id " * 3_001 + "} } }", "more than 3,000 words"),
    "characters": ("#" * 100_001, "100,001 characters"),
    "fields at the root, repeats included": ("{" + "getTags { page } " * 240 + "}", "asks 240 things"),
    "fields of a fragment at the root": (
        "{ ...f ...f } fragment f on Query { " + " ".join(f"a{i}: getTags {{ page }}" for i in range(6)) + "}",
        "asks 12 things",
    ),
    "fields at the root of an operation that is not executed": (
        "query a { getTables { page } } query b {" + "__typename " * 11 + "}",
        "asks 11 things",
    ),
    "the same field again": ("{ getTables { data { " + "id " * 102 + "} } }", "101 repeated fields"),
    "the same relation again": ("{ getTables { data { " + "schema { id } " * 52 + "} } }", "102 repeated fields"),
    "the same field in fragments": (
        "{ getTables { ...f page page } } fragment f on GetTablesOutput { " + "page " * 100 + "}",
        "101 repeated fields",
    ),
    "arguments": ("{ getTables(" + "scope: {} " * 21 + ") { page } }", "21 arguments"),
    "levels through fragments": (
        " ".join(f"fragment f{i} on Term {{ {'parentTerm { ' * 60}...f{i + 1}{' }' * 60} }}" for i in range(15))
        + "{ getTerms { data { ...f0 } } }",
        "levels",
    ),
    "fragments that multiply": (
        "{ getTables { ...f0 } } "
        + " ".join(f"fragment f{i} on GetTablesOutput {{ ...f{i + 1} page ...f{i + 1} }}" for i in range(40))
        + " fragment f40 on GetTablesOutput { page }",
        "fields",
    ),
    "fragments that multiply and end in none": (
        "{ getTables { ...f0 } } "
        + " ".join(f"fragment f{i} on GetTablesOutput {{ ...f{i + 1} ...f{i + 1} }}" for i in range(16)),
        "fields",
    ),
}


@pytest.mark.parametrize(("text", "sentence"), TOO_MUCH.values(), ids=TOO_MUCH)
def test_a_document_that_costs_too_much_says_what_is_too_much(reader, text, sentence):
    response = ask(reader, text)
    assert codes(response) == (400, ["BAD_USER_INPUT"])
    assert sentence in response.json()["errors"][0]["message"]


def test_eleven_things_at_once_are_too_many(reader):
    text = "{" + " ".join(f"a{i}: getTables {{ page }}" for i in range(11)) + "}"
    assert codes(ask(reader, text)) == (400, ["BAD_USER_INPUT"])


def test_pages_are_added_up_over_the_call(reader):
    page = "getTables(pagination: {nbPerPage: 5001}) { page }"
    assert ask(reader, f"{{ a: {page} }}").status_code == 200
    assert codes(ask(reader, f"{{ a: {page} b: {page} }}")) == (400, ["BAD_USER_INPUT"])


def again(times, rows=500):
    """A page whose rows say their name so many times more."""
    more = " ".join(f"a{number}: name" for number in range(times))
    return f"getTables(pagination: {{nbPerPage: {rows}}}) {{ data {{ name {more} }} }}"


def test_fields_that_are_asked_for_again_are_counted_in_all_rows(reader):
    assert ask(reader, f"{{ {again(40)} }}").status_code == 200
    assert ask(reader, f"{{ {again(2, 10_000)} }}").status_code == 200
    for text in (f"{{ {again(41)} }}", f"{{ {again(3, 10_000)} }}", f"{{ b: {again(20)} c: {again(21)} }}"):
        response = ask(reader, text)
        assert codes(response) == (400, ["BAD_USER_INPUT"])
        assert "20,000 are possible" in response.json()["errors"][0]["message"]


def test_what_lies_below_a_relation_counts_with_it(reader):
    text = "getTables { data { %s } }"
    asked = " ".join(f"a{number}: tagEntities {{ tag {{ id label }} }}" for number in range(12))
    assert "22,000" in ask(reader, f"{{ {text % asked} }}").json()["errors"][0]["message"]


@pytest.mark.parametrize(
    "asked", ["...f ...g schema { id database { id } }", "a: id b: name c: url d: popularity schema { a: id b: name }"]
)
def test_another_name_and_the_same_one_again_cost_nothing_more(reader, asked):
    fragments = "fragment f on Table { id name schema { id } } fragment g on Table { id name schema { id } }"
    text = f"{{ getTables(pagination: {{nbPerPage: 10000}}) {{ data {{ {asked} }} }} }}"
    assert ask(reader, text + (fragments if "..." in asked else "")).status_code == 200


def test_a_fragment_that_there_is_not_is_named(reader):
    response = ask(reader, "{ getTables { ...f } }")
    assert codes(response) == (400, ["GRAPHQL_VALIDATION_FAILED"])
    assert response.json()["errors"][0]["message"] == "Unknown fragment 'f'."


def test_fragments_in_a_circle_are_refused(reader):
    text = "{ getTables { ...f } } fragment f on GetTablesOutput { ...g } fragment g on GetTablesOutput { ...f }"
    assert codes(ask(reader, text)) == (400, ["GRAPHQL_VALIDATION_FAILED"])


@pytest.mark.parametrize("size", [4_000_001, 10_000_000])
def test_a_body_that_is_too_large_is_not_read(reader, size):
    assert codes(send(reader, b"x" * size)) == (413, ["PAYLOAD_TOO_LARGE"])


def test_whoever_writes_may_put_rows_into_the_document(writer):
    rows = [f'{{id: "x{number}", descriptionMarkdown: "y"}} ' for number in range(1_800)]
    text = "mutation { updateTablesDocumentation(data: [ROWS]) { id } }"
    assert codes(ask(writer, text.replace("ROWS", "".join(rows[:500])))) == (200, ["NOT_FOUND"])
    response = ask(writer, text.replace("ROWS", "".join(rows)))
    assert codes(response) == (400, ["BAD_USER_INPUT"])
    assert "A list has 1,800 rows" in response.json()["errors"][0]["message"]


LISTS = {
    "written into the document": ("{ getTables(scope: {ids: [" + '"x" ' * 10_001 + "]}) { page } }", {}),
    "as a default": (
        'query($i: [String!] = ["x"' + ' "x"' * 10_000 + "]) { getTables(scope: {ids: $i}) { page } }",
        {},
    ),
    "as variables that nothing uses": ("{ getTables { page } }", {"a": {"b": ["x"] * 5_001}, "c": [["x"] * 5_001]}),
    "by a variable that is used again": (
        "query($i: [String!]) { a: getTables(scope: {ids: $i}) { page } b: getTags(scope: {ids: $i}) { page } }",
        {"i": ["x"] * 5_001},
    ),
}


@pytest.mark.parametrize(("text", "variables"), LISTS.values(), ids=LISTS)
def test_the_ids_of_a_call_are_counted_together(writer, text, variables):
    response = ask(writer, text, **variables)
    assert codes(response) == (400, ["BAD_USER_INPUT"])
    assert "10,000 are possible" in response.json()["errors"][0]["message"]


def test_ids_are_counted_before_they_are_looked_at(reader, monkeypatch):
    monkeypatch.setattr(checks, "texts", Mock(side_effect=AssertionError))
    asked = " ".join(f"a{i}: getColumns(scope: {{tableIds: $i, ids: $i}}) {{ totalCount }}" for i in range(10))
    response = ask(reader, f"query($i: [String!]) {{ {asked} }}", i=["x"] * 10_000)
    assert "200,000 ids" in response.json()["errors"][0]["message"]


def test_rows_are_counted_before_they_are_looked_at(reader):
    response = ask(reader, "{ getTables { page } }", rows=[{}] * 501)
    assert "A list has 501 rows" in response.json()["errors"][0]["message"]


def test_no_more_than_five_faults_are_told_at_once(reader):
    text = "{ getTables { " + " ".join(f"pagf{i}" for i in range(20)) + " } }"
    assert len(ask(reader, text).json()["errors"]) == 6  # with the one which says that there are more


def test_a_read_only_token_is_refused_before_its_rows_are_looked_at(reader):
    text = "mutation($r: [UpdateTableDocumentationInput!]!) { updateTablesDocumentation(data: $r) { id } }"
    assert codes(ask(reader, text, r="no list"))[0] == 403


def test_rows_as_variables_do_not_count_as_words(reader):
    ids = ["x"] * 9_999
    text = "query($ids: [String!]) { getTables(scope: {ids: $ids}) { totalCount } }"
    assert ask(reader, text, ids=ids).status_code == 200
    assert codes(ask(reader, text, ids=[*ids, "x", "x"])) == (400, ["BAD_USER_INPUT"])


STRINGS = ['"a b c"', r'"a \" b"', '"""a "b" c"""', r'"""a \""" b"""', '""', '""""""']


@pytest.mark.parametrize("text", STRINGS)
def test_what_lies_inside_a_string_is_one_word(text):
    words = "a: b " * (WRITING.tokens // 3 - 10) + f"c: {text}"
    with pytest.raises(Refused) as refusal:
        checked_document(f"{{ getTables({words}) {{ page }} }}", WRITING)
    assert "words" not in str(refusal.value)


@pytest.mark.parametrize("text", ['"""', '"', '"""\\"""', '"\\', '"""' + '\\"""' * 1000])
def test_a_string_without_an_end_is_no_document(text):
    with pytest.raises(Refused, match=r"Syntax Error: (Unterminated string|Invalid character escape)"):
        checked_document("{ a(b: " + text, READING)


def sleep(*_):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(5)")


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite ends no statement")
def test_a_statement_that_takes_too_long_is_ended(reader, monkeypatch):
    monkeypatch.setattr("api.graphql.context.MAX_SECONDS", 0.05)
    monkeypatch.setattr("catalog.queries.reading.narrowed", sleep)
    response = ask(reader, "{ getTables { page } }")
    assert (codes(response), response.json()["data"]) == ((200, ["TIMEOUT"]), None)


def test_a_call_that_takes_too_long_gets_no_further_answer(reader, monkeypatch):
    monkeypatch.setattr("api.graphql.context.MAX_SECONDS", -1.0)
    assert codes(ask(reader, "{ getTables { page } }")) == (200, ["TIMEOUT"])


LONG_FILTERS = [
    ("getTables", "pathContains", "x" * 2_001),
    ("getTags", "labelContains", "x" * 2_001),
    ("getTableQueries", "tableIds", ["x"] * 51),
]


@pytest.mark.parametrize(("name", "field", "value"), LONG_FILTERS)
def test_a_filter_that_is_too_long_is_named_as_the_api_names_it(reader, name, field, value):
    status, code, sentence = refused(reader, name, scope={field: value})
    assert (status, code) == (400, "BAD_USER_INPUT")
    assert sentence.startswith(f"{field} has ")


REPEATED = {
    "ids of a filter": ("query($t: String!) { getTables(scope: {ids: [ROWS]}) { page } }", "$t "),
    "addresses of people": ('mutation($t: String!) { addTeamUsers(data: {id: "x", emails: [ROWS]}) }', "$t "),
    "texts of rows": (
        "mutation($t: String!) { updateTablesDocumentation(data: [ROWS]) { id } }",
        '{id: "x", descriptionMarkdown: $t} ',
    ),
}


@pytest.mark.parametrize(("text", "row"), REPEATED.values(), ids=REPEATED)
def test_a_variable_that_is_used_again_and_again_counts_each_time(writer, text, row):
    response = ask(writer, text.replace("ROWS", row * 50), t="x" * 90_000)
    assert codes(response) == (400, ["BAD_USER_INPUT"])
    assert "4,000,000 are possible" in response.json()["errors"][0]["message"]


def test_a_list_is_sorted_by_ten_keys_at_most(reader):
    text = "query($by: [TableSorting!]) { getTables(sorting: $by) { page } }"
    keys = [{"sortingKey": "levelOfCompletion"}] * 10
    assert ask(reader, text, by=keys).status_code == 200
    assert codes(ask(reader, text, by=[*keys, *keys])) == (400, ["BAD_USER_INPUT"])


@pytest.mark.parametrize("character", ["x", "%", "😀"])
def test_a_text_to_look_for_is_no_longer_than_a_path(reader, character):
    text = "query($t: String) { getTables(scope: {pathContains: $t}) { totalCount } }"
    assert ask(reader, text, t=character * 2_000).json() == {"data": {"getTables": {"totalCount": 0}}}
    assert codes(ask(reader, text, t=character * 60_000)) == (400, ["BAD_USER_INPUT"])


def test_an_error_quotes_no_more_than_somebody_reads(writer):
    text = "mutation($t: String!) { deleteTerm(data: {id: $t}) }"
    for response in ask(writer, text, t="x" * 1_000_000), ask(writer, "{" + "x" * 900_000 + "}"):
        assert len(response.json()["errors"][0]["message"]) == 20_001


def test_a_page_that_takes_too_long_to_answer_is_ended(reader, acme, monkeypatch):
    TableFactory.create_batch(3, schema__database__source__account=acme)
    checks = iter([None, None, None, OutOfTime("too long")])
    monkeypatch.setattr("api.graphql.context.Context.check_time", Mock(side_effect=checks))
    response = ask(reader, "{ getTables { data { id } } }")
    assert (codes(response), response.json()["data"]) == ((200, ["TIMEOUT"]), None)
