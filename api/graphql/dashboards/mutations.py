"""Documentation of dashboards."""

import strawberry

from api.graphql.context import Info, checked
from api.graphql.dashboards.inputs import UpdateDashboardDocumentationInput
from api.graphql.dashboards.types import Dashboard
from api.graphql.resolvers import with_relations
from catalog.services.documentation import update_dashboards_documentation


@strawberry.type
class DashboardMutations:
    @strawberry.mutation
    def update_dashboards_documentation(
        self, info: Info, data: list[UpdateDashboardDocumentationInput]
    ) -> list[Dashboard]:
        """Overwrites the text of Catalog of dashboards; none is changed when one is NOT_FOUND."""
        rows = update_dashboards_documentation(
            info.context.account, rows=checked(info), by=info.context.actor, now=info.context.now
        )
        return with_relations(info, rows)
