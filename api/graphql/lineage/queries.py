"""Lineage of assets, and of their columns and fields."""

import strawberry
from strawberry import UNSET

from api.graphql.context import Info
from api.graphql.lineage.inputs import FieldLineageSorting, GetFieldLineagesScope, GetLineagesScope, LineageSorting
from api.graphql.lineage.types import GetFieldLineagesOutput, GetLineagesOutput
from api.graphql.paging import PageInput
from api.graphql.resolvers import read_page
from catalog import models
from catalog.queries import filters
from catalog.queries import sorting as by


@strawberry.type
class LineageQueries:
    @strawberry.field
    def get_lineages(
        self,
        info: Info,
        scope: GetLineagesScope | None = UNSET,
        sorting: list[LineageSorting] | None = UNSET,
        pagination: PageInput = UNSET,
    ) -> GetLineagesOutput:
        """Lists which tables and dashboards are made from which others, as ids without relations."""
        return read_page(
            info,
            models.Lineage,
            filters.LINEAGES,
            scope=scope,
            pagination=pagination,
            sorting=sorting,
            keys=by.LINEAGES,
        )

    @strawberry.field
    def get_field_lineages(
        self,
        info: Info,
        scope: GetFieldLineagesScope,
        sorting: list[FieldLineageSorting] | None = UNSET,
        pagination: PageInput = UNSET,
    ) -> GetFieldLineagesOutput:
        """Lists which columns, fields and dashboards are made from which columns and fields, as ids without relations.

        scope: Conditions that must all hold; an empty scope is refused.
        """
        return read_page(
            info,
            models.FieldLineage,
            filters.FIELD_LINEAGES,
            scope=scope,
            pagination=pagination,
            sorting=sorting,
            keys=by.FIELD_LINEAGES,
        )
