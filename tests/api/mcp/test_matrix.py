"""Every tool, with every kind of token, and with what is not the caller's to see."""

import pytest

from catalog.models import Column, Dashboard, Table, Term
from tests.api.mcp.asking import ask, call, listed, text
from tests.api.mcp.conftest import switch
from tests.api.mcp.test_definitions import ALL, READS
from tests.catalog.factories import ColumnFactory, DashboardFactory, TermFactory, a_table
from tests.factories import NOW

PATH = "warehouse.public.orders"
SEARCHES = {"search_tables", "search_columns", "search_dashboards", "search_terms"}


@pytest.fixture
def rows(acme):
    table = a_table(acme, PATH)
    return {
        "table": table,
        "column": ColumnFactory.create(table=table, name="order_id"),
        "dashboard": DashboardFactory.create(source__account=acme, name="Sales"),
        "term": TermFactory.create(account=acme, name="Order"),
    }


def arguments(tool, rows):
    """What each tool takes to be about these rows."""
    table, column, dashboard, term = (str(rows[kind].pk) for kind in ("table", "column", "dashboard", "term"))
    return {
        "search_tables": {"query": "orders"},
        "search_columns": {"query": "order_id"},
        "search_dashboards": {"query": "Sales"},
        "search_terms": {"query": "Order"},
        "get_tables": {"tables": [table]},
        "get_columns": {"columns": [column]},
        "get_dashboards": {"dashboards": [dashboard]},
        "get_terms": {"terms": [term]},
        "list_table_columns": {"table": table},
        "get_lineage": {"asset": table},
        "assess_impact": {"asset": table},
        "update_table_readme": {"table": table, "readme": "x"},
        "update_dashboard_readme": {"dashboard": dashboard, "readme": "x"},
        "update_term_readme": {"term": term, "readme": "x"},
        "update_column_description": {"updates": [{"column": column, "description": "x"}]},
        "create_term": {"name": "New", "description": "x", "parent": term},
    }[tool]


def outcome(token, tool, rows):
    result = call(token, tool, **arguments(tool, rows))
    return result["isError"], text(result)


@pytest.mark.parametrize("tool", ALL)
def test_a_read_and_write_token_may_do_everything(writer, rows, tool):
    assert outcome(writer, tool, rows)[0] is False


@pytest.mark.parametrize("tool", ALL)
def test_a_read_only_token_reads(reader, acme, rows, tool):
    failed, said = outcome(reader, tool, rows)
    assert failed == (tool not in READS)
    if failed:
        mask = acme.tokens.get().mask
        assert said == (
            f"AuthorizationError: {tool} needs a Read & Write token; this one ({mask}) is Read Only. Do not try again. "
            "Tell the user: an administrator makes one on http://localhost:8000/settings/api/."
        )


@pytest.mark.parametrize("tool", ALL)
def test_an_account_with_writing_off_is_read(writer, acme, rows, tool):
    switch(acme, writes=False)
    failed, said = outcome(writer, tool, rows)
    assert failed == (tool not in READS)
    if failed:
        assert said == (
            'AuthorizationError: "Let MCP clients write" is off for this account. Do not try again. Tell the user: an '
            "administrator turns it on in Settings > API > MCP. Reading works."
        )


@pytest.mark.parametrize("tool", ALL)
def test_an_account_with_access_off_is_closed(writer, acme, rows, tool):
    switch(acme, access=False)
    response = ask(writer, "tools/call", {"name": tool, "arguments": arguments(tool, rows)})
    assert (response.status_code, response.json()["error"]["data"]["reason"]) == (403, "mcp_off")


@pytest.mark.parametrize("tool", ALL)
def test_another_account_s_rows_are_not_found(stranger, rows, tool):
    failed, said = outcome(stranger, tool, rows)
    assert failed == (tool not in SEARCHES)
    assert not any(str(row.pk) in said and "No " not in said for row in rows.values())
    assert PATH not in said
    assert "Sales" not in said.replace("'Sales'", "")


def unseen(rows, how):
    for model in (Table, Column, Dashboard, Term):
        if how == "deleted":
            model.objects.update(deleted_at=NOW)
    if how == "hidden":
        type(rows["table"].schema).objects.update(is_hidden=True)


@pytest.mark.parametrize("tool", ALL)
def test_what_was_deleted_is_not_found(writer, rows, tool):
    unseen(rows, "deleted")
    failed, said = outcome(writer, tool, rows)
    assert failed == (tool not in SEARCHES)
    assert ("No " in said) if failed else ('"items":[]' in said)


OF_WAREHOUSE = [
    *("search_tables", "search_columns", "get_tables", "get_columns", "list_table_columns", "get_lineage"),
    *("assess_impact", "update_table_readme", "update_column_description"),
]


@pytest.mark.parametrize("tool", OF_WAREHOUSE)
def test_what_is_hidden_is_not_found(writer, rows, tool):
    unseen(rows, "hidden")
    failed, said = outcome(writer, tool, rows)
    assert failed == (tool not in SEARCHES)
    assert ("No " in said) if failed else ('"items":[]' in said)


def test_the_matrix_has_every_tool(writer):
    assert listed(writer) == ALL
