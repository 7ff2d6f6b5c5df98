"""Pages of knowledge."""

import strawberry

from api.graphql.context import Info, given
from api.graphql.inputs.knowledge import CreateTermInput, DeleteTermInput, UpdateTermInput
from api.graphql.resolvers import with_relations
from api.graphql.types.knowledge import Term
from catalog.services import terms


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
