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
