"""Every kind of CSV file: its columns, which of them are required, of which type, what they refer to.

One table for the reader, the quick check, the templates and the importers. The closed lists are those of
`catalog.choices`, in words, since nothing here knows Django.
"""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import partial

from ingestion.filenames import Family

NAME_LENGTH = 500  # characters, of a name or an id
KEY_LENGTH = 5 * NAME_LENGTH + 4  # of a path of names: warehouse.database.schema.table.column
TEXT_LENGTH = 100_000  # of a description
PLACE_LENGTH = 500  # of a folder, and of the description of a schema
URL_LENGTH = 2_000
EMAIL_LENGTH = 254
SQL_LENGTH = 1_500_000  # a cell of SQL is never cut: half a statement says something else
LARGEST_INTEGER = 2**31 - 1


class Type(Enum):
    """How a cell is read (`ingestion.reading.cells`), and as what Python value."""

    NAME = auto()  # str; too long: the row is not loaded
    EMAIL = auto()  # str; too long: null
    TEXT = auto()  # str; too long: cut
    SQL = auto()  # str, never cut
    URL = auto()  # str, http or https
    LIST = auto()  # tuple of str
    BOOLEAN = auto()  # bool
    INTEGER = auto()  # int
    TIME = auto()  # datetime in UTC
    CHOICE = auto()  # str, one of `choices` whatever the case; else the row is not loaded
    DATA_TYPE = auto()  # str, one of DATA_TYPES; else CUSTOM
    NATIVE_DATA_TYPE = auto()  # the same, from the warehouse's own name of the type
    TABLE_TYPE = auto()  # str, one of TABLE_TYPES, from the warehouse's own word


DATA_TYPES = (
    *("ARRAY", "BINARY", "BOOLEAN", "CUSTOM", "DATE", "DECIMAL", "ENUM", "FLOAT", "GEOGRAPHY", "INTEGER"),
    *("INTERVAL", "OBJECT", "STRING", "TEXT", "TIME", "TIMESTAMP"),
)
TABLE_TYPES = ("TABLE", "VIEW", "EXTERNAL", "TOPIC", "DYNAMIC_TABLE")
DASHBOARD_TYPES = ("DASHBOARD", "TILE", "VIZ_MODEL")
FIELD_ROLES = ("DIMENSION", "MEASURE", "FILTER", "PARAMETER")
STATUSES = ("SUCCESS", "WARNING", "ALERT")
LINEAGE_CHILDREN = {
    "TABLE": ("TABLE", "DASHBOARD"),
    "DASHBOARD": ("DASHBOARD",),
    "COLUMN": ("COLUMN", "DASHBOARD_FIELD", "DASHBOARD"),
    "DASHBOARD_FIELD": ("DASHBOARD_FIELD", "DASHBOARD"),
}  # of each type of a parent


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `length` in characters, of the cell or of each item of a list; `example` is the template's cell.

    `references`: kind and column whose value this one must be. `native`: the header in files that an extractor of the
    warehouse wrote, and `native_type` how such a cell is read, if it is another than here.
    """

    name: str
    example: str = ""
    type: Type = Type.NAME
    required: bool = False
    length: int = NAME_LENGTH
    choices: tuple[str, ...] = ()
    least: int = 0
    references: tuple[str, str] | None = None
    native: str = ""
    native_type: Type | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file.

    `key`: columns by which a row is known, empty if its rows are not. `deletes`: whether what a whole file lacks is
    deleted. `places`: of each column in a row that was read.
    """

    name: str
    family: Family
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ("id",)
    deletes: bool = False
    places: Mapping[str, int] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "places", {column.name: place for place, column in enumerate(self.columns)})


required = partial(Column, required=True)
choice = partial(Column, type=Type.CHOICE, required=True)
words = partial(Column, type=Type.LIST)
email = partial(Column, type=Type.EMAIL, length=EMAIL_LENGTH)
text = partial(Column, type=Type.TEXT, length=TEXT_LENGTH)
sql = partial(Column, type=Type.SQL, length=SQL_LENGTH, required=True)
url = partial(Column, type=Type.URL, length=URL_LENGTH)

DASHBOARD_ID = required("dashboard_id", "sales-model", references=("dashboards", "id"))

KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            "database",
            Family.WAREHOUSE,
            (required("id", "shop", native="database_id"), required("database_name", "shop")),
            deletes=True,
        ),
        Kind(
            "schema",
            Family.WAREHOUSE,
            (
                required("id", "shop.sales", native="schema_id"),
                required("database_id", "shop", references=("database", "id")),
                required("schema_name", "sales"),
                text("description", "What the shop sold", length=PLACE_LENGTH, native="comment"),
                words("tags", "['finance']", length=200),
            ),
            deletes=True,
        ),
        Kind(
            "table",
            Family.WAREHOUSE,
            (
                required("id", "shop.sales.orders", native="table_id"),
                required("schema_id", "shop.sales", references=("schema", "id")),
                required("table_name", "orders"),
                text("description", "One row an order", native="comment"),
                words("tags", "['finance','daily']", length=200),
                choice("type", "TABLE", choices=TABLE_TYPES, native="table_type", native_type=Type.TABLE_TYPE),
                Column("owner_external_id", "ada", references=("user", "id")),
            ),
            deletes=True,
        ),
        Kind(
            "column",
            Family.WAREHOUSE,
            (
                required("id", "shop.sales.orders.order_id", native="column_id"),
                required("table_id", "shop.sales.orders", references=("table", "id")),
                required("column_name", "order_id"),
                text("description", "Number of the order", native="comment"),
                required(
                    *("data_type", "INTEGER", Type.DATA_TYPE), native="data_type", native_type=Type.NATIVE_DATA_TYPE
                ),
                Column("ordinal_position", "1", Type.INTEGER, least=1),
                Column("is_nullable", "false", Type.BOOLEAN),
            ),
            deletes=True,
        ),
        Kind(
            "user",
            Family.WAREHOUSE,
            (
                required("id", "ada", native="user_id"),
                email("email", "ada@example.com"),
                Column("first_name", "Ada"),
                Column("last_name", "Lovelace"),
            ),
        ),
        Kind(
            "view_ddl",
            Family.WAREHOUSE,
            (
                required("database_name", "shop"),
                required("schema_name", "sales"),
                required("view_name", "orders"),
                sql("view_definition", "select order_id from raw.orders"),
            ),
            key=("database_name", "schema_name", "view_name"),
        ),
        Kind(
            "query",
            Family.WAREHOUSE,
            (
                Column("query_id", "q1"),
                required("database_id", "shop", references=("database", "id")),
                Column("database_name", "shop"),
                Column("schema_name", "sales"),
                sql("query_text", "select order_id from sales.orders"),
                required("user_id", "ada", references=("user", "id")),
                Column("user_name", "ada"),
                required("start_time", "2026-01-31T09:30:00Z", Type.TIME),
                Column("end_time", "2026-01-31T09:30:02Z", Type.TIME),
            ),
            key=(),
        ),
        Kind(
            "dashboards",
            Family.VIZ,
            (
                required("id", "sales-model"),
                choice("dashboard_type", "VIZ_MODEL", choices=DASHBOARD_TYPES),
                required("name", "Sales"),
                text("folder_path", "/Home/Finance", required=True, length=PLACE_LENGTH),
                url("url", "https://bi.example.com/sales", required=True),
                text("description", "What the shop sold"),
                email("user_name", "ada@example.com"),
                Column("view_count", "12", Type.INTEGER),
                words("parent_tables", "['shop.sales.orders']", length=KEY_LENGTH),
                words("parent_dashboards", "[]"),
            ),
            key=("id", "dashboard_type"),
            deletes=True,
        ),
        Kind(
            "dashboard_queries",
            Family.VIZ,
            (
                DASHBOARD_ID,
                choice("dashboard_type", "VIZ_MODEL", choices=DASHBOARD_TYPES),
                sql("text", "select order_id from sales.orders"),
                required("database_name", "shop"),
            ),
            key=("dashboard_id", "dashboard_type"),
        ),
        Kind(
            "dashboard_fields",
            Family.VIZ,
            (
                DASHBOARD_ID,
                required("external_id", "sales-model.order_id"),
                required("name", "order_id"),
                choice("role", "DIMENSION", choices=FIELD_ROLES),
                Column("data_type", "number"),
                text("description", "Number of the order"),
                Column("is_primary_key", "True", Type.BOOLEAN),
                Column("label", "Order"),
                Column("view_name", "orders"),
                Column("view_label", "Orders"),
                words("child_dashboards", "[]"),
                words("parent_columns", "['shop.sales.orders.order_id']", length=KEY_LENGTH),
            ),
            key=("dashboard_id", "external_id"),
            deletes=True,
        ),
        Kind(
            "manual_lineage",
            Family.MANUAL,
            (
                choice("parent_type", "TABLE", choices=tuple(LINEAGE_CHILDREN)),
                required("parent_key", "Warehouse.shop.sales.orders", length=KEY_LENGTH),
                choice("child_type", "DASHBOARD", choices=tuple(LINEAGE_CHILDREN)),
                required("child_key", "BI/Home/Finance/Sales", length=KEY_LENGTH),
            ),
            key=(),
        ),
        Kind(
            "quality_checks",
            Family.QUALITY,
            (
                required("table_key", "Warehouse.shop.sales.orders", length=KEY_LENGTH),
                Column("column_name", "order_id"),
                required("external_id", "orders-are-unique"),
                required("name", "Order numbers are unique"),
                choice("status", "SUCCESS", choices=STATUSES),
                required("run_at", "2026-01-31T09:30:00Z", Type.TIME),
                text("description", "No number stands twice"),
                url("url", "https://checks.example.com/1"),
                email("owner_email", "ada@example.com"),
                text("result", "0 of 1,200 rows"),
            ),
            key=("table_key", "external_id"),
        ),
    )
}


def template(kind: Kind) -> str:
    """A CSV file of that kind with its header and one row, which import without an issue."""
    file = io.StringIO()
    csv.writer(file).writerows(zip(*((column.name, column.example) for column in kind.columns), strict=True))
    return file.getvalue()
