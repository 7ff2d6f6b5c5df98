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
        """Pins assets to pages of others and answers the pins in the order sent, old ones as they are; may give the
        same relations as getPinnedAssets.
        """
        rows = knowledge.upsert_pinned_assets(
            info.context.account, rows=checked(info), by=info.context.actor, now=info.context.now
        )
        return with_relations(info, rows)

    @strawberry.mutation
    def remove_pinned_assets(self, info: Info, data: list[EntitiesLinkInput]) -> bool:
        """Removes pins and answers true, also when there was none; NOT_FOUND for unknown assets."""
        knowledge.remove_pinned_assets(
            info.context.account, rows=checked(info), by=info.context.actor, now=info.context.now
        )
        return True


@strawberry.type
class TagMutations:
    @strawberry.mutation
    def attach_tags(self, info: Info, data: list[BaseTagEntityInput]) -> bool:
        """Puts tags on assets, makes those that the account lacks, and answers true; what is there already stays as it
        is.
        """
        knowledge.attach_tags(info.context.account, rows=checked(info), by=info.context.actor, now=info.context.now)
        return True

    @strawberry.mutation
    def detach_tags(self, info: Info, data: list[BaseTagEntityInput]) -> bool:
        """Takes tags off assets, whoever put them there, and answers true; a tag that is then on nothing and linked to
        no term is deleted.
        """
        knowledge.detach_tags(info.context.account, rows=checked(info), by=info.context.actor, now=info.context.now)
        return True


@strawberry.type
class TermMutations:
    @strawberry.mutation
    def create_term(self, info: Info, data: CreateTermInput) -> Term:
        """Creates a term, at most 100 levels below the top; may give the relation linkedTag.

        data: The term, and where it lies.
        """
        term = knowledge.create_term(
            info.context.account, row=checked(info), by=info.context.actor, now=info.context.now
        )
        return with_relations(info, [term])[0]

    @strawberry.mutation
    def update_term(self, info: Info, data: UpdateTermInput) -> Term:
        """Changes a term; refused when it would lie in itself; may give the relation linkedTag.

        data: The term to change, and what is new of it.
        """
        term = knowledge.update_term(
            info.context.account, row=checked(info), by=info.context.actor, now=info.context.now
        )
        return with_relations(info, [term])[0]

    @strawberry.mutation
    def delete_term(self, info: Info, data: DeleteTermInput) -> bool:
        """Removes a term for good with its owners, tags and pins, and answers true; the terms in it move up to its
        parent.

        data: The term to remove.
        """
        knowledge.delete_term(info.context.account, row=checked(info), by=info.context.actor, now=info.context.now)
        return True


@strawberry.type
class TermDocumentationMutations:
    @strawberry.mutation
    def update_terms_documentation(self, info: Info, data: list[UpdateTermDocumentationInput]) -> list[Term]:
        """Overwrites the text of Catalog of terms, all or none; FORBIDDEN for a term that is kept in its source."""
        rows = update_terms_documentation(
            info.context.account, rows=checked(info), by=info.context.actor, now=info.context.now
        )
        return with_relations(info, rows)
