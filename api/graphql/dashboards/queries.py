"""Dashboards and their fields."""

import strawberry
from strawberry import UNSET

from api.graphql.context import Info
from api.graphql.dashboards.inputs import DashboardSorting, GetDashboardFieldsScope, GetDashboardsScope
from api.graphql.dashboards.types import GetDashboardFieldsOutput, GetDashboardsOutput
from api.graphql.paging import PageInput
from api.graphql.resolvers import read_page
from catalog import models
from catalog.queries import filters
from catalog.queries import sorting as by


@strawberry.type
class DashboardQueries:
    @strawberry.field
    def get_dashboards(
        self,
        info: Info,
        scope: GetDashboardsScope | None = UNSET,
        sorting: list[DashboardSorting] | None = UNSET,
        pagination: PageInput = UNSET,
    ) -> GetDashboardsOutput:
        """Lists dashboards; may give the relations source, ownerEntities, teamOwnerEntities, tagEntities.tag,
        entityEditors.sourceUser and verifiedBy.
        """
        return read_page(
            info,
            models.Dashboard,
            filters.DASHBOARDS,
            scope=scope,
            pagination=pagination,
            sorting=sorting,
            keys=by.DASHBOARDS,
        )

    @strawberry.field
    def get_dashboard_fields(
        self, info: Info, scope: GetDashboardFieldsScope | None = UNSET, pagination: PageInput = UNSET
    ) -> GetDashboardFieldsOutput:
        """Lists fields of dashboards; may give the relation dashboard.source."""
        return read_page(info, models.DashboardField, filters.DASHBOARD_FIELDS, scope=scope, pagination=pagination)
