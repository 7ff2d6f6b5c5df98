"""Documentation of tables and dashboards."""

import strawberry

from api.graphql.context import Info, plain
from api.graphql.inputs.tables import UpdateDashboardDocumentationInput, UpdateTableDocumentationInput
from api.graphql.resolvers import with_relations
from api.graphql.types.dashboards import Dashboard
from api.graphql.types.warehouse import Table
from catalog.services.documentation import update_dashboards_documentation, update_tables_documentation


@strawberry.type
class DocumentationMutations:
    @strawberry.mutation
    def update_tables_documentation(self, info: Info, data: list[UpdateTableDocumentationInput]) -> list[Table]:
        rows = update_tables_documentation(info.context.account, rows=plain(data), now=info.context.now)
        return with_relations(info, rows)

    @strawberry.mutation
    def update_dashboards_documentation(
        self, info: Info, data: list[UpdateDashboardDocumentationInput]
    ) -> list[Dashboard]:
        rows = update_dashboards_documentation(info.context.account, rows=plain(data), now=info.context.now)
        return with_relations(info, rows)
