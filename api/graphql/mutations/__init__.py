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
from api.graphql.mutations.links import LinkMutations
from api.graphql.mutations.places import PlaceMutations
from api.graphql.mutations.sources import SourceMutations
from api.graphql.mutations.tables import TableMutations


@strawberry.type
class Mutation(SourceMutations, PlaceMutations, TableMutations, ColumnMutations, DocumentationMutations, LinkMutations):
    pass
