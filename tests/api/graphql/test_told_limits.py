"""The table of limits in docs/graphql.md says what the code has."""

import pytest
from django.conf import settings

from api.graphql import checks, context, execution, introspection, limits, over_http
from catalog.queries.paging import DEFAULT_ROWS_PER_PAGE, MAX_ROWS_PER_PAGE
from catalog.rules.batches import MAX_ROWS
from devtools.environment import ROOT
from tokens.scopes import Scope

TABLE = (ROOT / "docs" / "graphql.md").read_text().partition("\n## Limits\n")[2].partition("\n## ")[0]
ROWS = dict(line.strip("| ").split(" | ", 1) for line in TABLE.splitlines() if line.startswith("| "))
READING, WRITING = limits.ROOM[Scope.READ_ONLY], limits.ROOM[Scope.READ_WRITE]
TOLD = {
    "body": f"{settings.DATA_UPLOAD_MAX_MEMORY_SIZE:,} bytes",
    "values in a body": f"{over_http.MAX_VALUES:,}",
    "document of a Read only token": f"{READING.characters:,} characters, {READING.tokens:,} words and signs",
    "document of a Read & write token": f"{WRITING.characters:,} characters, {WRITING.tokens:,} words and signs",
    "document": f"{limits.MAX_DEFINITIONS} definitions, {limits.MAX_VARIABLES} variables",
    "operation": f"{limits.MAX_DEPTH} levels, {limits.MAX_FIELDS} fields, {limits.MAX_ALIASES} aliases, "
    f"{limits.MAX_REPEATS} repeated fields, {limits.MAX_ROOT_FIELDS} fields at the root, repeats included; "
    f"{limits.MAX_ARGUMENTS} arguments of a field; {limits.MAX_COMMENTS:,} comments",
    "fields asked for again under other names": f"{limits.MAX_AGAIN:,} in all rows of the call: "
    f"{limits.MAX_AGAIN // DEFAULT_ROWS_PER_PAGE} on a page of {DEFAULT_ROWS_PER_PAGE}",
    "questions about the schema": f"one `__schema`, ten `__type`, {introspection.MAX_PARTS:,} parts",
    "faults told at once": f"{execution.MAX_ERRORS}",
    "pages of a call together": f"{MAX_ROWS_PER_PAGE:,} rows; {DEFAULT_ROWS_PER_PAGE} without `pagination`",
    "rows of a mutation": f"{MAX_ROWS}",
    "texts of a call": f"{checks.MAX_TEXT_LENGTH:,} characters; a variable counts as often as it is used",
    "ids of a call together": f"{limits.MAX_IDS:,} (in a filter of `getTableQueries` "
    f"{checks.MAX_IDS_OF['getTableQueries', 'table_ids']}, `searchQueries` "
    f"{checks.MAX_IDS_OF['searchQueries', 'table_ids']})",
    "a text to look for": f"{checks.MAX_SEARCH_LENGTH:,} characters",
    "keys of `sorting`": f"{checks.MAX_SORTINGS}",
    "time": f"{context.MAX_SECONDS:.0f} seconds, on SQLite between two rows alone",
}


@pytest.mark.parametrize(("what", "said"), TOLD.items(), ids=TOLD)
def test_the_page_tells_the_limit_that_the_code_has(what, said):
    assert ROWS[what] == said


def test_one_and_ten_are_the_questions_that_are_possible():
    assert (introspection.MAX_SCHEMAS, introspection.MAX_TYPES) == (1, 10)


def test_every_limit_of_the_page_is_one_of_these_or_the_server_s():
    assert set(ROWS) - set(TOLD) == {"what", "a GET"}
