"""Rows of the catalog for tests. A row's account is that of what it lies in."""

from typing import Any

from factory.declarations import LazyAttribute, SelfAttribute, Sequence, SubFactory
from factory.django import DjangoModelFactory

from accounts.models import Account, Team, User
from catalog.choices import SourceOrigin, SourceTechnology, SourceType
from catalog.models import (
    CatalogRow,
    Column,
    ColumnJoin,
    Dashboard,
    DashboardField,
    Database,
    DataProduct,
    FieldLineage,
    Lineage,
    OwnerEntity,
    PinnedAsset,
    QualityCheck,
    Schema,
    Source,
    SourceUser,
    Table,
    TableQuery,
    Tag,
    TagEntity,
    TeamOwnerEntity,
    Term,
)
from tests.factories import NOW, AccountFactory


class RowFactory(DjangoModelFactory[Any]):
    class Meta:
        abstract = True

    created_at = NOW
    updated_at = NOW


class SourceFactory(RowFactory):
    class Meta:
        model = Source

    account = SubFactory(AccountFactory)
    name = Sequence(lambda number: f"Source {number}")
    origin = SourceOrigin.EXTRACTION  # an account has at most one by API
    technology = SourceTechnology.GENERIC_WAREHOUSE
    type = SourceType.WAREHOUSE


class DatabaseFactory(RowFactory):
    class Meta:
        model = Database

    source = SubFactory(SourceFactory)
    account = SelfAttribute("source.account")
    name = Sequence(lambda number: f"database_{number}")
    external_id = SelfAttribute("name")


class SchemaFactory(RowFactory):
    class Meta:
        model = Schema

    database = SubFactory(DatabaseFactory)
    account = SelfAttribute("database.account")
    name = Sequence(lambda number: f"schema_{number}")
    external_id = SelfAttribute("name")


class TableFactory(RowFactory):
    class Meta:
        model = Table

    schema = SubFactory(SchemaFactory)
    account = SelfAttribute("schema.account")
    name = Sequence(lambda number: f"table_{number}")
    external_id = SelfAttribute("name")
    path = LazyAttribute(lambda row: f"{row.schema.database.name}.{row.schema.name}.{row.name}")


class ColumnFactory(RowFactory):
    class Meta:
        model = Column

    table = SubFactory(TableFactory)
    account = SelfAttribute("table.account")
    source = SelfAttribute("table.schema.database.source")
    name = Sequence(lambda number: f"column_{number}")
    external_id = SelfAttribute("name")
    data_type = "text"


class DashboardFactory(RowFactory):
    class Meta:
        model = Dashboard

    source = SubFactory(SourceFactory, type=SourceType.VISUALIZATION, technology=SourceTechnology.GENERIC_VISUALIZATION)
    account = SelfAttribute("source.account")
    name = Sequence(lambda number: f"Dashboard {number}")
    external_id = SelfAttribute("name")
    folder_path = "Company/Sales"
    url = "https://bi.acme.test/dashboard"


class DashboardFieldFactory(RowFactory):
    class Meta:
        model = DashboardField

    dashboard = SubFactory(DashboardFactory)
    account = SelfAttribute("dashboard.account")
    name = Sequence(lambda number: f"field_{number}")
    external_id = label = SelfAttribute("name")
    data_type = "number"


class TermFactory(RowFactory):
    class Meta:
        model = Term

    account = LazyAttribute(lambda row: row.parent_term.account if row.parent_term else AccountFactory.create())
    parent_term = None
    depth_level = LazyAttribute(lambda row: row.parent_term.depth_level + 1 if row.parent_term else 0)
    name = Sequence(lambda number: f"Term {number}")


class TagFactory(RowFactory):
    class Meta:
        model = Tag

    account = SubFactory(AccountFactory)
    label = Sequence(lambda number: f"tag-{number}")


class ColumnJoinFactory(RowFactory):
    class Meta:
        model = ColumnJoin

    first_column = SubFactory(ColumnFactory)
    second_column = SubFactory(ColumnFactory, table=SelfAttribute("..first_column.table"))
    account = SelfAttribute("first_column.account")
    count = 1


class QualityCheckFactory(RowFactory):
    class Meta:
        model = QualityCheck

    table = SubFactory(TableFactory)
    account = SelfAttribute("table.account")
    name = Sequence(lambda number: f"check_{number}")
    external_id = SelfAttribute("name")
    source = "API"
    status = "SUCCESS"
    run_at = NOW


class SourceUserFactory(RowFactory):
    class Meta:
        model = SourceUser

    source = SubFactory(SourceFactory)
    account = SelfAttribute("source.account")
    external_id = Sequence(lambda number: f"user-{number}")


def a_table(account: Account, path: str = "warehouse.public.orders", **changes: Any) -> Table:
    """A table of this path, in a source of its own."""
    database, schema, name = path.split(".")
    place = SchemaFactory.create(name=schema, database__name=database, database__source__account=account)
    table: Table = TableFactory.create(schema=place, name=name, **changes)
    return table


def feeds(parent: Table | Dashboard, child: Table | Dashboard, **changes: Any) -> Lineage:
    """The lineage from parent to child."""
    sides = {f"parent_{kind(parent)}": parent, f"child_{kind(child)}": child}
    return Lineage.objects.create(**stored(parent.account), lineage_type="AUTOMATIC", **sides, **changes)


def field_feeds(parent: Column | DashboardField, child: CatalogRow, **changes: Any) -> FieldLineage:
    """The lineage from a column or a field to a column, a field or a dashboard."""
    sides = {f"parent_{kind(parent)}": parent, f"child_{kind(child)}": child}
    return FieldLineage.objects.create(**stored(parent.account), **{"lineage_type": "AUTOMATIC"} | sides | changes)


def tagged(asset: CatalogRow, tag: Tag) -> TagEntity:
    return TagEntity.objects.create(**stored(tag.account), tag=tag, **{kind(asset): asset})


def pinned(asset: CatalogRow, to: CatalogRow, **changes: Any) -> PinnedAsset:
    """A pin on the page of an asset, to another one."""
    sides = {f"from_{kind(asset)}": asset, f"to_{kind(to)}": to}
    return PinnedAsset.objects.create(**stored(asset.account) | sides | changes)


def offered(asset: CatalogRow) -> DataProduct:
    return DataProduct.objects.create(**stored(asset.account), **{kind(asset): asset})


def owned(asset: CatalogRow, by: User | Team) -> OwnerEntity | TeamOwnerEntity:
    if isinstance(by, Team):
        return TeamOwnerEntity.objects.create(**stored(asset.account), team=by, **{kind(asset): asset})
    return OwnerEntity.objects.create(**stored(asset.account), user=by, **{kind(asset): asset})


def ran(sql: str, *tables: Table, **changes: Any) -> TableQuery:
    """A query over these tables, of the account of the first; its hash is its text."""
    made = {"hash": sql[:64], "query": sql, "query_type": "SELECT", "timestamp": NOW}
    query = TableQuery.objects.create(**stored(tables[0].account) | made | changes)
    query.tables.set(tables)
    return query


def stored(account: Account) -> dict[str, Any]:
    return {"account": account, "created_at": NOW, "updated_at": NOW}


def kind(asset: CatalogRow) -> str:
    """What columns that point to it are called: dashboard_field."""
    return "dashboard_field" if isinstance(asset, DashboardField) else type(asset).__name__.lower()
