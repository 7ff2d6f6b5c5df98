"""Pinned assets, tags and terms."""

import strawberry

from api.graphql.context import Info, given, plain
from api.graphql.knowledge.inputs import (
    BaseTagEntityInput,
    CreateTermInput,
    DeleteTermInput,
    EntitiesLinkInput,
    UpdateTermInput,
)
from api.graphql.knowledge.types import EntitiesLink, Term
from api.graphql.resolvers import with_relations
from catalog.services import pins, tags, terms


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


@strawberry.type
class TermMutations:
    @strawberry.mutation
    def create_term(self, info: Info, data: CreateTermInput) -> Term:
        term = terms.create_term(info.context.account, row=given(data), now=info.context.now)
        return with_relations(info, [term])[0]

    @strawberry.mutation
    def update_term(self, info: Info, data: UpdateTermInput) -> Term:
        term = terms.update_term(info.context.account, row=given(data), now=info.context.now)
        return with_relations(info, [term])[0]

    @strawberry.mutation
    def delete_term(self, info: Info, data: DeleteTermInput) -> bool:
        terms.delete_term(info.context.account, row=given(data), now=info.context.now)
        return True
