"""How tables are used and whether they can be trusted: queries, joins, quality checks."""

from typing import Any

import strawberry
from django.db.models import Prefetch
from strawberry import UNSET

from api.graphql.context import Info, given
from api.graphql.enums import FilterTablesMode, SearchArrayFilterMode
from api.graphql.paging import PageInput
from api.graphql.resolvers import read_page
from api.graphql.usage.inputs import (
    ColumnJoinSorting,
    GetColumnJoinsScope,
    GetQualityChecksScope,
    GetTableQueriesScope,
    QuerySorting,
    SearchQueriesInput,
    SearchQueriesScope,
)
from api.graphql.usage.types import (
    GetColumnJoinsOutput,
    GetQualityChecksOutput,
    GetTableQueriesOutput,
    SearchQueriesOutput,
)
from catalog import models
from catalog.queries import filters
from catalog.queries import sorting as by
from catalog.queries.filters import Filters, narrowed
from catalog.queries.search import is_behind
from catalog.queries.warehouse_queries import search_queries


@strawberry.type
class UsageQueries:
    @strawberry.field
    def get_column_joins(
        self,
        info: Info,
        scope: GetColumnJoinsScope | None = UNSET,
        sorting: list[ColumnJoinSorting] | None = UNSET,
        pagination: PageInput = UNSET,
    ) -> GetColumnJoinsOutput:
        """Lists which columns are joined in queries, and how often; may give the relations firstColumn.table
        and secondColumn.table.
        """
        return read_page(
            info,
            models.ColumnJoin,
            filters.COLUMN_JOINS,
            scope=scope,
            pagination=pagination,
            sorting=sorting,
            keys=by.COLUMN_JOINS,
        )

    @strawberry.field
    def get_data_qualities(
        self, info: Info, scope: GetQualityChecksScope | None = UNSET, pagination: PageInput = UNSET
    ) -> GetQualityChecksOutput:
        """Lists quality checks with their last run; may give the relations table and column.

        scope: Conditions that must all hold; without it, every row that leads to nothing deleted.
        """
        return read_page(info, models.QualityCheck, filters.QUALITY_CHECKS, scope=scope, pagination=pagination)

    @strawberry.field
    def get_table_queries(
        self,
        info: Info,
        scope: GetTableQueriesScope | None = UNSET,
        sorting: list[QuerySorting] | None = UNSET,
        pagination: PageInput = UNSET,
    ) -> GetTableQueriesOutput:
        """Lists SQL queries that ran in warehouses, with their tables.

        scope: Conditions that must all hold; without it every query, hidden ones too.
        """
        return read_page(
            info,
            models.TableQuery,
            by_mode(given(scope).get("table_ids_filter_mode")),
            scope=scope,
            pagination=pagination,
            sorting=sorting,
            keys=by.TABLE_QUERIES,
            also=[Prefetch("tables", queryset=models.Table.objects.select_related("schema__database"))],
        )

    @strawberry.field
    def search_queries(
        self, info: Info, data: SearchQueriesInput, scope: SearchQueriesScope | None = UNSET
    ) -> SearchQueriesOutput:
        """Finds the ten SQL queries that fit a question best, by their identifiers, authors and tables; only the newest
        20,000 are searched, no hidden ones.

        scope: The tables that the queries have to use; without it, all queries are searched.
        data: The question to answer.
        """
        info.context.check_time()
        account, asked = info.context.account, given(data)
        queries = models.TableQuery.objects.visible_to(account)
        if scope:
            queries = narrowed(queries, by_mode(given(scope)["filter_mode"]), given(scope))
        foreign = asked.get("translate_question_to_english") is not False
        if is_behind(account, now=info.context.now):
            info.context.extensions["searchIsBehind"] = True
        best: Any = search_queries(account, queries, asked["question"], is_narrowed=bool(scope), foreign=foreign)
        return SearchQueriesOutput(data=best)


def by_mode(mode: SearchArrayFilterMode | FilterTablesMode | None) -> Filters:
    """All of the tables, unless any of them is said to do."""
    return filters.QUERIES_OF_ANY_TABLE if mode and mode.value == "ANY" else filters.TABLE_QUERIES
