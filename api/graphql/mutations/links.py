"""Addresses about tables."""

import strawberry

from api.graphql.context import Info, plain
from api.graphql.inputs.tables import CreateExternalLinkInput, DeleteExternalLinkInput, UpdateExternalLinkInput
from api.graphql.resolvers import with_relations
from api.graphql.types.warehouse import ExternalLink
from catalog.services import links


@strawberry.type
class LinkMutations:
    @strawberry.mutation
    def create_external_links(self, info: Info, data: list[CreateExternalLinkInput]) -> list[ExternalLink]:
        rows = links.create_external_links(info.context.account, rows=plain(data), now=info.context.now)
        return with_relations(info, rows)

    @strawberry.mutation
    def update_external_links(self, info: Info, data: list[UpdateExternalLinkInput]) -> list[ExternalLink]:
        rows = links.update_external_links(info.context.account, rows=plain(data), now=info.context.now)
        return with_relations(info, rows)

    @strawberry.mutation
    def delete_external_links(self, info: Info, data: list[DeleteExternalLinkInput]) -> bool:
        links.delete_external_links(info.context.account, rows=plain(data))
        return True
