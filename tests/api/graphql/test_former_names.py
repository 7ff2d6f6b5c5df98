"""Documents that were written for the schema of before are still understood."""

import pytest
from graphql import get_named_type

from api.graphql.schema import public
from tests.api.graphql.asking import ask, codes, data

PAGE = {"nbPerPage": 7}


@pytest.mark.parametrize("kind", ["Pagination", "PublicPagination", "Pagination!"])
def test_a_variable_may_be_declared_by_either_name(reader, kind):
    text = f"query($p: {kind}) {{ getTables(pagination: $p) {{ nbPerPage }} }}"
    assert data(reader, text, p=PAGE) == {"getTables": {"nbPerPage": 7}}


assert public.query_type
QUERIES = public.query_type.fields
PAGED = [name for name, field in QUERIES.items() if "pagination" in field.args]


@pytest.mark.parametrize("kind", ["Pagination", "PublicPagination"])
@pytest.mark.parametrize("name", PAGED)
def test_everything_that_has_pages_takes_either_name(reader, name, kind):
    fields = getattr(get_named_type(QUERIES[name].type), "fields", {})
    scope = "scope: {hasDashboardChild: true}, " if name == "getFieldLineages" else ""
    below = "nbPerPage" if "nbPerPage" in fields else "__typename"
    answer = data(reader, f"query($p: {kind}!) {{ {name}({scope}pagination: $p) {{ {below} }} }}", p=PAGE)
    assert answer == {name: PAGE if below in PAGE else answer[name]}


def test_a_default_of_a_variable_is_read_by_the_former_name_too(reader):
    text = "query($p: Pagination = {nbPerPage: 3}) { getTables(pagination: $p) { nbPerPage } }"
    assert data(reader, text) == {"getTables": {"nbPerPage": 3}}


def test_an_error_names_the_type_of_today(reader):
    text = "query($p: [Pagination!]) { getTables(pagination: $p) { nbPerPage } }"
    response = ask(reader, text)
    assert codes(response) == (400, ["GRAPHQL_VALIDATION_FAILED"])
    assert "[PublicPagination!]" in response.json()["errors"][0]["message"]


@pytest.mark.parametrize("name", ["Pagination", "PublicPagination"])
def test_a_type_is_told_by_either_name(reader, name):
    told = data(reader, "query($n: String!) { __type(name: $n) { name inputFields { name } } }", n=name)["__type"]
    assert told["name"] == "PublicPagination"
    assert [field["name"] for field in told["inputFields"]] == ["nbPerPage", "page", "greaterThanId"]


def test_a_list_of_all_types_has_it_once(reader):
    kinds = data(reader, "{ __schema { types { name } } }")["__schema"]["types"]
    assert [kind["name"] for kind in kinds if "Pagination" in kind["name"]] == ["PublicPagination"]


def test_a_name_that_never_was_is_unknown(reader):
    assert data(reader, '{ __type(name: "Paging") { name } }') == {"__type": None}
    response = ask(reader, "query($p: Paging) { getTables(pagination: $p) { nbPerPage } }")
    assert codes(response) == (400, ["GRAPHQL_VALIDATION_FAILED"])
