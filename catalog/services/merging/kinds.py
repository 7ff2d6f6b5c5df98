"""Which rows an import brings, in what they lie, and who wins a field: the file, or whoever wrote it elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Field

from catalog.choices import DashboardExternalDescriptionSource, DashboardType, TableExternalDescriptionSource
from catalog.models import Column, Dashboard, DashboardField, Database, Schema, SourceUser, Table

TAGS = "tags"  # JSON: a list of labels
OWNER = "owner"  # the external id of a user of the source
OWNER_EMAIL = "owner_email"
PARENT_TABLES = "parent_tables"  # JSON: paths of tables, database.schema.table
PARENT_COLUMNS = "parent_columns"  # the same, and the column
PARENT_DASHBOARDS = "parent_dashboards"  # JSON: external ids
CHILD_DASHBOARDS = "child_dashboards"
MOMENT = "moment"  # a type of columns of `Said`: a time

Origin = TableExternalDescriptionSource  # columns have the same and one more
OTHERS_TEXTS = (Origin.API, Origin.DBT, Origin.COALESCE)  # a warehouse's file leaves them as they are


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """One kind of rows. Fields of `values` are the file's; those that it does not name are nobody's business here.

    `text_of` is what `external_description_source` says of a text that this importer brought; a text of somebody else
    stays. Names are the model's.
    """

    name: str  # of the file, the stage and the report
    model: type[Any]
    values: tuple[str, ...]
    extras: tuple[str, ...] = ()  # what else a file says of a row: TAGS, OWNER, PARENT_TABLES …
    parent: "Kind | None" = None  # none lies in the source itself
    parent_field: str = "source"
    text_of: str = ""
    key: tuple[str, ...] = ()  # values that are a part of a row's identity, beside its external id
    holds: Mapping[str, str] = field(default_factory=dict)  # values of those rows of it in which others lie
    is_named_in_path: bool = False
    is_named_once: bool = False  # in what it lies in
    has_path: bool = False  # as a column of its own
    keeps_absent: bool = False  # a row that the file does not have stays

    @property
    def table(self) -> str:
        return str(self.model._meta.db_table)

    @property
    def parent_column(self) -> str:
        return self.column(self.parent_field)

    def field(self, name: str) -> "Field[Any, Any]":
        found: Field[Any, Any] = self.model._meta.get_field(name)
        return found

    def column(self, name: str) -> str:
        return str(self.field(name).column)

    @property
    def stage(self) -> str:
        """What the file says: a temporary table."""
        return f"stage_{self.name}"

    @property
    def merge(self) -> str:
        """What becomes of each of its rows."""
        return f"merge_{self.name}"

    @property
    def gone(self) -> str:
        """The stored rows that the file does not have any more."""
        return f"gone_{self.name}"

    @property
    def place(self) -> str:
        """What is there afterwards, by external id, for whatever lies in it."""
        return f"place_{self.name}"

    @property
    def stored(self) -> str:
        """FROM and WHERE of the stored rows of the source, deleted ones too; `t` is the row's table."""
        joins, above, alias = "", self, "t"
        if self.model is Column:  # knows its source itself
            return f'FROM {self.table} AS t WHERE t."source_id" = %(source)s'
        while above.parent:
            upper = f"{alias}p"
            joins += f' JOIN {above.parent.table} AS {upper} ON {upper}.id = {alias}."{above.parent_column}"'
            above, alias = above.parent, upper
        return f'FROM {self.table} AS t{joins} WHERE {alias}."source_id" = %(source)s'


@dataclass(frozen=True, slots=True, eq=False)
class Said:
    """Rows of a file that are no assets: each says something of assets. `columns`: name to the type in the stage."""

    name: str
    columns: Mapping[str, str]

    @property
    def stage(self) -> str:
        return f"stage_{self.name}"


DATABASE = Kind("database", Database, ("name",), is_named_in_path=True, is_named_once=True)
SCHEMA = Kind(
    "schema",
    Schema,
    ("name", "description"),
    parent=DATABASE,
    parent_field="database",
    is_named_in_path=True,
    is_named_once=True,
)
TABLE = Kind(
    "table",
    Table,
    ("name", "external_description", "table_type"),
    extras=(TAGS, OWNER),
    parent=SCHEMA,
    parent_field="schema",
    text_of=Origin.DATABASE,
    is_named_in_path=True,
    is_named_once=True,
    has_path=True,
)
COLUMN = Kind(
    "column",
    Column,
    ("name", "external_description", "data_type", "source_order", "is_nullable"),
    parent=TABLE,
    parent_field="table",
    text_of=Origin.DATABASE,
    is_named_once=True,
)
USER = Kind("user", SourceUser, ("name", "email"), keeps_absent=True)
DASHBOARD = Kind(
    "dashboard",
    Dashboard,
    ("type", "name", "external_description", "folder_path", "url", "popularity"),
    extras=(OWNER_EMAIL, PARENT_TABLES, PARENT_DASHBOARDS),
    text_of=DashboardExternalDescriptionSource.VISUALIZATION,
    key=("type",),
    holds={"type": DashboardType.VIZ_MODEL},
)
DASHBOARD_FIELD = Kind(
    "dashboard_field",
    DashboardField,
    ("name", "label", "description", "data_type", "is_primary_key", "role", "view_label", "view_name"),
    extras=(CHILD_DASHBOARDS, PARENT_COLUMNS),
    parent=DASHBOARD,
    parent_field="dashboard",
)

WAREHOUSE = (DATABASE, SCHEMA, USER, TABLE, COLUMN)
"""In the order in which they are merged: what others lie in comes first."""
VISUALIZATION = (DASHBOARD, DASHBOARD_FIELD)
