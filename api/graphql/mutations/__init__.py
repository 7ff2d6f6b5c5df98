"""The mutations, one module a part. Each is one call of a service:

    @strawberry.type
    class TableMutations:
        @strawberry.mutation
        def update_tables(self, info: Info, data: list[UpdateTableInput]) -> list[Table]:
            rows = tables.update_tables(info.context.account, rows=plain(data), now=info.context.now)
            return with_relations(info, rows)

`plain` leaves out what was not given. What can be refused without stored data is in `api.graphql.checks`, what each
may need in `api.operations`, which nested objects it answers in `api.graphql.relations` (`with_relations` reads them;
without an entry there are none to read, and the rows are enough).
"""

import strawberry

from api.graphql.mutations.columns import ColumnMutations
from api.graphql.mutations.documentation import DocumentationMutations
from api.graphql.mutations.lineage import LineageMutations
from api.graphql.mutations.links import LinkMutations
from api.graphql.mutations.owners import OwnerMutations
from api.graphql.mutations.pins import PinMutations
from api.graphql.mutations.places import PlaceMutations
from api.graphql.mutations.quality import QualityMutations
from api.graphql.mutations.sources import SourceMutations
from api.graphql.mutations.tables import TableMutations
from api.graphql.mutations.tags import TagMutations
from api.graphql.mutations.teams import TeamMutations
from api.graphql.mutations.terms import TermMutations


@strawberry.type
class WarehouseMutations(SourceMutations, PlaceMutations, TableMutations, ColumnMutations):
    pass


@strawberry.type
class KnowledgeMutations(DocumentationMutations, LinkMutations, PinMutations, TagMutations, TermMutations):
    pass


@strawberry.type
class PeopleMutations(OwnerMutations, TeamMutations):
    pass


@strawberry.type
class Mutation(WarehouseMutations, LineageMutations, QualityMutations, KnowledgeMutations, PeopleMutations):
    pass
