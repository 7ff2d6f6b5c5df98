"""Pages by number and behind an id, and the order of rows."""

import pytest

from catalog.models import Table
from tests.api.graphql.everything import QUERIES, sorting_keys
from tests.api.graphql.reading import found, in_order, paged, refused, rows
from tests.catalog.factories import ColumnFactory, SchemaFactory, TableFactory, a_table

UNKNOWN = "0197f0c0-0000-7000-8000-000000000000"
PAGED = sorted(name for name, field in QUERIES.items() if {"pagination", "scope"} <= set(field.args))


@pytest.fixture
def ids(acme):
    """Those of seven tables, in their order."""
    place = SchemaFactory.create(database__source__account=acme)
    return sorted(str(table.pk) for table in TableFactory.create_batch(7, schema=place))


def shown(page):
    return [row["id"] for row in page["data"]]


@pytest.mark.parametrize("size", [0, -1, 10_001])
@pytest.mark.parametrize("name", [*PAGED, "getTeams", "getUsers"])
def test_a_page_has_1_to_10000_rows(reader, name, size):
    status, code, sentence = refused(reader, name, pagination={"nbPerPage": size})
    assert (status, code) == (400, "BAD_USER_INPUT")
    assert str(size) in sentence


def test_a_page_has_a_number_from_0_on(reader):
    assert refused(reader, "getTables", pagination={"nbPerPage": 1, "page": -1})[:2] == (400, "BAD_USER_INPUT")


@pytest.mark.parametrize("name", PAGED)
def test_without_pagination_it_is_the_first_page_of_500(reader, name):
    page = paged(reader, name, None)
    assert page == {"nbPerPage": 500, "page": 0, "totalCount": 0, "greatestId": None, "data": []}


def test_a_page_may_be_as_long_as_anybody_asks(reader, ids):
    assert shown(paged(reader, "getTables", {"nbPerPage": 10_000})) == ids


def test_pages_follow_each_other_by_id_and_end(reader, ids):
    pages = [paged(reader, "getTables", {"nbPerPage": 3, "page": number}) for number in range(4)]
    assert [shown(page) for page in pages] == [ids[:3], ids[3:6], ids[6:], []]
    assert {(page["nbPerPage"], page["totalCount"], page["greatestId"]) for page in pages} == {(3, 7, None)}
    assert [page["page"] for page in pages] == [0, 1, 2, 3]


def test_cursors_meet_every_row_once(reader, ids):
    met, page = [], paged(reader, "getTables", {"nbPerPage": 3})
    while page["data"]:
        met += shown(page)
        page = paged(reader, "getTables", {"nbPerPage": 3, "greaterThanId": page["greatestId"]})
    assert met == ids
    assert page == {"nbPerPage": 3, "page": None, "totalCount": 7, "greatestId": None, "data": []}


def test_a_cursor_wins_over_page_and_sorting(reader, ids):
    pagination = {"nbPerPage": 2, "page": 3, "greaterThanId": ids[1]}
    page = paged(reader, "getTables", pagination, sorting=[{"sortingKey": "name", "direction": "DESC"}])
    assert (shown(page), page["page"], page["greatestId"]) == (ids[2:4], None, ids[3])


@pytest.mark.parametrize("cursor", ["", "x", "500"])
def test_a_cursor_that_is_no_id_is_refused(reader, ids, cursor):
    status, code, sentence = refused(reader, "getTables", pagination={"nbPerPage": 2, "greaterThanId": cursor})
    assert (status, code) == (400, "BAD_USER_INPUT")
    assert "send the greatestId of the page before" in sentence


def test_a_cursor_that_was_never_a_row_has_what_is_greater_behind_it(reader, ids):
    assert shown(paged(reader, "getTables", {"nbPerPage": 9, "greaterThanId": UNKNOWN})) == ids


def test_the_greatest_id_is_told_unless_rows_are_sorted(reader, ids):
    assert paged(reader, "getTables", {"nbPerPage": 2})["greatestId"] == ids[1]
    assert paged(reader, "getTables", {"nbPerPage": 2}, sorting=[{"sortingKey": "name"}])["greatestId"] is None


@pytest.mark.parametrize("direction", ["ASC", "DESC"])
@pytest.mark.parametrize("priority", ["FIRST", "LAST"])
def test_rows_without_a_value_come_first_or_last_in_both_directions(acme, reader, direction, priority):
    for popularity in (2, None, 1):
        a_table(acme, popularity=popularity)
    values = [1, 2] if direction == "ASC" else [2, 1]
    expected = [None, *values] if priority == "FIRST" else [*values, None]
    how = {"direction": direction, "nullsPriority": priority}
    assert in_order(reader, "getTables", "popularity", "popularity", **how) == expected


def test_the_first_key_counts_most(acme, reader):
    for name, popularity in (("b", 1), ("a", 2), ("a", 1)):
        a_table(acme, f"w.p.{name}", popularity=popularity)
    sorting = [{"sortingKey": "name"}, {"sortingKey": "popularity", "direction": "DESC"}]
    answer = rows(reader, "getTables", "name popularity", sorting=sorting)
    assert [(row["name"], row["popularity"]) for row in answer] == [("a", 2), ("a", 1), ("b", 1)]


def test_pages_of_rows_that_sort_alike_do_not_overlap(reader, ids):
    Table.objects.update(popularity=5)
    sorting = [{"sortingKey": "popularity", "direction": "DESC"}]
    pages = [paged(reader, "getTables", {"nbPerPage": 2, "page": page}, sorting=sorting) for page in range(4)]
    assert sorted(one for page in pages for one in shown(page)) == ids


@pytest.mark.parametrize(("name", "key"), [(name, key) for name in PAGED for key in sorting_keys(name)])
def test_every_key_sorts_on_its_own(reader, name, key):
    assert rows(reader, name, "__typename", sorting=[{"sortingKey": key}]) == []


def test_what_there_is_in_all_is_counted_only_when_somebody_asks(acme, reader, django_assert_max_num_queries):
    ColumnFactory.create(table=a_table(acme))
    with django_assert_max_num_queries(30) as captured:
        found(reader, "getColumns")
    assert not [query for query in captured if "COUNT(" in str(query["sql"])]
