"""Labels on assets."""

import strawberry

from api.graphql.context import Info, plain
from api.graphql.inputs.knowledge import BaseTagEntityInput
from catalog.services import tags


@strawberry.type
class TagMutations:
    @strawberry.mutation
    def attach_tags(self, info: Info, data: list[BaseTagEntityInput]) -> bool:
        tags.attach_tags(info.context.account, rows=plain(data), now=info.context.now)
        return True

    @strawberry.mutation
    def detach_tags(self, info: Info, data: list[BaseTagEntityInput]) -> bool:
        tags.detach_tags(info.context.account, rows=plain(data))
        return True
