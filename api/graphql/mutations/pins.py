"""Assets that are pinned to the pages of others."""

import strawberry

from api.graphql.context import Info, plain
from api.graphql.inputs.knowledge import EntitiesLinkInput
from api.graphql.resolvers import with_relations
from api.graphql.types.knowledge import EntitiesLink
from catalog.services import pins


@strawberry.type
class PinMutations:
    @strawberry.mutation
    def upsert_pinned_assets(self, info: Info, data: list[EntitiesLinkInput]) -> list[EntitiesLink]:
        rows = pins.upsert_pinned_assets(info.context.account, rows=plain(data), now=info.context.now)
        return with_relations(info, rows)

    @strawberry.mutation
    def remove_pinned_assets(self, info: Info, data: list[EntitiesLinkInput]) -> bool:
        pins.remove_pinned_assets(info.context.account, rows=plain(data))
        return True
