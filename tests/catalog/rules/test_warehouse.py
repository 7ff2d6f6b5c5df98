"""What sources, places, tables, columns and links may be told."""

from uuid import uuid4

import pytest

from accounts.checked import api_name
from catalog.errors import InvalidInput
from catalog.models.rows import TEXT_LENGTH
from catalog.rules.documentation import check_documentation
from catalog.rules.warehouse import (
    check_column_changes,
    check_column_metadata,
    check_link_changes,
    check_new_columns,
    check_new_databases,
    check_new_links,
    check_new_schemas,
    check_new_source,
    check_new_tables,
    check_place_changes,
    check_table_changes,
)

UPDATES = (check_place_changes, check_table_changes, check_column_changes)


@pytest.mark.parametrize("check", UPDATES)
@pytest.mark.parametrize("field", ["name", "external_id"])
@pytest.mark.parametrize("value", [None, "", " ", "a" * 501])
def test_names_and_external_ids_stay_names(check, field, value):
    with pytest.raises(InvalidInput, match=f"Row 1: {api_name(field)} "):
        check([{"id": str(uuid4()), field: value}])


@pytest.mark.parametrize(
    ("check", "field", "value"),
    [
        (check_place_changes, "description", "a" * 501),
        (check_place_changes, "is_hidden", None),
        (check_table_changes, "popularity", -1),
        (check_table_changes, "popularity", 1_000_001),
        (check_table_changes, "number_of_queries", -1),
        (check_table_changes, "table_size", -1),
        (check_table_changes, "table_type", None),
        (check_table_changes, "url", "javascript:alert(1)"),
        (check_table_changes, "external_description", "a" * (TEXT_LENGTH + 1)),
        (check_column_changes, "data_type", None),
        (check_column_changes, "data_type", ""),
        (check_column_changes, "is_nullable", None),
        (check_column_metadata, "description_raw", "a" * (TEXT_LENGTH + 1)),
        (check_column_changes, "external_description", "a" * (TEXT_LENGTH + 1)),
        (check_documentation, "description_markdown", None),
        (check_documentation, "description_markdown", "a" * 30_001),
        (check_link_changes, "url", None),
        (check_link_changes, "url", "data:text/html,hello"),
    ],
)
def test_values_have_limits(check, field, value):
    with pytest.raises(InvalidInput, match=f"Row 1: {api_name(field)} m"):
        check([{"id": str(uuid4()), field: value}])


@pytest.mark.parametrize(
    ("check", "values"),
    [
        (check_place_changes, {"description": "a" * 500}),
        (check_place_changes, {"description": None, "deleted_at": None, "is_hidden": True}),
        (check_table_changes, {"popularity": 0, "number_of_queries": 0, "table_size": 0}),
        (check_table_changes, {"popularity": 1_000_000, "url": "https://acme.test"}),
        (check_table_changes, {"popularity": None, "number_of_queries": None, "table_size": None, "url": None}),
        (check_column_changes, {"is_pii": None, "is_primary_key": None, "source_order": None}),
        (check_documentation, {"description_markdown": "a" * 30_000}),
        (check_link_changes, {"url": "https://acme.test"}),
    ],
)
def test_what_lies_within_them_is_taken(check, values):
    check([{"id": str(uuid4()), **values}])


@pytest.mark.parametrize(
    ("check", "parent"),
    [
        (check_new_databases, "source_id"),
        (check_new_schemas, "database_id"),
        (check_new_tables, "schema_id"),
        (check_new_columns, "table_id"),
    ],
)
def test_new_rows_are_checked_the_same_way(check, parent):
    row = {parent: str(uuid4()), "name": "orders", "external_id": "orders"}
    check([row])
    for refused in ([row] * 2, [row | {"name": ""}], [row | {"external_id": " "}]):
        with pytest.raises(InvalidInput):
            check(refused)


def test_links_and_sources_are_checked_the_same_way():
    with pytest.raises(InvalidInput, match="Row 1: url"):
        check_new_links([{"table_id": str(uuid4()), "technology": "GITHUB", "url": "acme"}])
    with pytest.raises(InvalidInput, match=r"^name "):
        check_new_source({"name": " "})
