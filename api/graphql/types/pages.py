"""Pages of rows."""

import strawberry

from api.graphql.paging import PagedOutput
from api.graphql.types.dashboards import Dashboard, DashboardField
from api.graphql.types.knowledge import DataProduct, EntitiesLink, Term
from api.graphql.types.lineage import FieldLineage, Lineage
from api.graphql.types.tags import Tag
from api.graphql.types.usage import ColumnJoin, QualityCheck, TableQueryOutput
from api.graphql.types.warehouse import Column, Database, Schema, Source, Table


@strawberry.type
class GetColumnsOutput(PagedOutput):
    data: list[Column]


@strawberry.type
class GetColumnJoinsOutput(PagedOutput):
    data: list[ColumnJoin]


@strawberry.type
class GetDashboardsOutput(PagedOutput):
    data: list[Dashboard]


@strawberry.type
class GetDashboardFieldsOutput(PagedOutput):
    data: list[DashboardField]


@strawberry.type
class GetDatabasesOutput(PagedOutput):
    data: list[Database]


@strawberry.type
class GetDataProductOutput(PagedOutput):
    data: list[DataProduct]


@strawberry.type
class GetEntitiesLinkOutput(PagedOutput):
    data: list[EntitiesLink]


@strawberry.type
class GetFieldLineagesOutput(PagedOutput):
    data: list[FieldLineage]


@strawberry.type
class GetLineagesOutput(PagedOutput):
    data: list[Lineage]


@strawberry.type
class GetQualityChecksOutput(PagedOutput):
    data: list[QualityCheck]


@strawberry.type
class GetSchemasOutput(PagedOutput):
    data: list[Schema]


@strawberry.type
class GetSourcesOutput(PagedOutput):
    data: list[Source]


@strawberry.type
class GetTablesOutput(PagedOutput):
    data: list[Table]


@strawberry.type
class GetTableQueriesOutput(PagedOutput):
    data: list[TableQueryOutput]


@strawberry.type
class GetTagsOutput(PagedOutput):
    data: list[Tag]


@strawberry.type
class GetTermsOutput(PagedOutput):
    data: list[Term]
