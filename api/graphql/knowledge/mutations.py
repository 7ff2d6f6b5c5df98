"""Pinned assets, tags and terms."""

import strawberry

from api.graphql.context import Info, checked
from api.graphql.knowledge.inputs import (
    BaseTagEntityInput,
    CreateTermInput,
    DeleteTermInput,
    EntitiesLinkInput,
    UpdateTermDocumentationInput,
    UpdateTermInput,
)
from api.graphql.knowledge.types import EntitiesLink, Term
from api.graphql.resolvers import with_relations
from catalog.services import knowledge
from catalog.services.documentation import update_terms_documentation


@strawberry.type
class PinMutations:
    @strawberry.mutation
    def upsert_pinned_assets(self, info: Info, data: list[EntitiesLinkInput]) -> list[EntitiesLink]:
        rows = knowledge.upsert_pinned_assets(
            info.context.account, rows=checked(info), by=info.context.actor, now=info.context.now
        )
        return with_relations(info, rows)

    @strawberry.mutation
    def remove_pinned_assets(self, info: Info, data: list[EntitiesLinkInput]) -> bool:
        knowledge.remove_pinned_assets(
            info.context.account, rows=checked(info), by=info.context.actor, now=info.context.now
        )
        return True


@strawberry.type
class TagMutations:
    @strawberry.mutation
    def attach_tags(self, info: Info, data: list[BaseTagEntityInput]) -> bool:
        knowledge.attach_tags(info.context.account, rows=checked(info), by=info.context.actor, now=info.context.now)
        return True

    @strawberry.mutation
    def detach_tags(self, info: Info, data: list[BaseTagEntityInput]) -> bool:
        knowledge.detach_tags(info.context.account, rows=checked(info), by=info.context.actor, now=info.context.now)
        return True


@strawberry.type
class TermMutations:
    @strawberry.mutation
    def create_term(self, info: Info, data: CreateTermInput) -> Term:
        term = knowledge.create_term(
            info.context.account, row=checked(info), by=info.context.actor, now=info.context.now
        )
        return with_relations(info, [term])[0]

    @strawberry.mutation
    def update_term(self, info: Info, data: UpdateTermInput) -> Term:
        term = knowledge.update_term(
            info.context.account, row=checked(info), by=info.context.actor, now=info.context.now
        )
        return with_relations(info, [term])[0]

    @strawberry.mutation
    def delete_term(self, info: Info, data: DeleteTermInput) -> bool:
        knowledge.delete_term(info.context.account, row=checked(info), by=info.context.actor, now=info.context.now)
        return True


@strawberry.type
class TermDocumentationMutations:
    @strawberry.mutation
    def update_terms_documentation(self, info: Info, data: list[UpdateTermDocumentationInput]) -> list[Term]:
        rows = update_terms_documentation(
            info.context.account, rows=checked(info), by=info.context.actor, now=info.context.now
        )
        return with_relations(info, rows)
