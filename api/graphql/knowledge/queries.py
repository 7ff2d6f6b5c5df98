"""What people add to what sources know: terms, tags, pinned assets, data products."""

import strawberry
from strawberry import UNSET

from api.graphql.context import Info
from api.graphql.knowledge.inputs import (
    DataProductSorting,
    EntitiesLinkSorting,
    GetDataProductScope,
    GetEntitiesLinksScope,
    GetTagsScope,
    GetTermsScope,
    TagSorting,
    TermSorting,
)
from api.graphql.knowledge.types import GetDataProductOutput, GetEntitiesLinkOutput, GetTagsOutput, GetTermsOutput
from api.graphql.paging import PageInput
from api.graphql.resolvers import read_page
from catalog import models
from catalog.queries import filters
from catalog.queries import sorting as by


@strawberry.type
class KnowledgeQueries:
    @strawberry.field
    def get_terms(
        self,
        info: Info,
        scope: GetTermsScope | None = UNSET,
        sorting: list[TermSorting] | None = UNSET,
        pagination: PageInput = UNSET,
    ) -> GetTermsOutput:
        """Lists terms; may give the relations parentTerm, childrenTerms, linkedTag, ownerEntities, teamOwnerEntities,
        tagEntities.tag, entityEditors.sourceUser and verifiedBy.
        """
        return read_page(
            info, models.Term, filters.TERMS, scope=scope, pagination=pagination, sorting=sorting, keys=by.TERMS
        )

    @strawberry.field
    def get_tags(
        self,
        info: Info,
        scope: GetTagsScope | None = UNSET,
        sorting: list[TagSorting] | None = UNSET,
        pagination: PageInput = UNSET,
    ) -> GetTagsOutput:
        """Lists all tags of the account, also those that are only on deleted or hidden assets, or on none.

        scope: Conditions that must all hold; without it, every tag.
        """
        return read_page(
            info, models.Tag, filters.TAGS, scope=scope, pagination=pagination, sorting=sorting, keys=by.TAGS
        )

    @strawberry.field
    def get_pinned_assets(
        self,
        info: Info,
        scope: GetEntitiesLinksScope | None = UNSET,
        sorting: list[EntitiesLinkSorting] | None = UNSET,
        pagination: PageInput = UNSET,
    ) -> GetEntitiesLinkOutput:
        """Lists pins; may give both ends and where they lie, for example toColumn.table.schema.database.warehouse.

        scope: Conditions that must all hold; without it, every row that leads to nothing deleted.
        """
        return read_page(
            info,
            models.PinnedAsset,
            filters.PINNED_ASSETS,
            scope=scope,
            pagination=pagination,
            sorting=sorting,
            keys=by.PINNED_ASSETS,
        )

    @strawberry.field
    def get_data_products(
        self,
        info: Info,
        scope: GetDataProductScope | None = UNSET,
        sorting: list[DataProductSorting] | None = UNSET,
        pagination: PageInput = UNSET,
    ) -> GetDataProductOutput:
        """Lists data products; may give the relations table.tagEntities.tag, dashboard.tagEntities.tag and
        term.tagEntities.tag.

        scope: Conditions that must all hold; without it, every row that leads to nothing deleted.
        """
        return read_page(
            info,
            models.DataProduct,
            filters.DATA_PRODUCTS,
            scope=scope,
            pagination=pagination,
            sorting=sorting,
            keys=by.DATA_PRODUCTS,
        )
