"""The queries, one module a part."""

import strawberry

from api.graphql.queries.assistant import AssistantQueries
from api.graphql.queries.dashboards import DashboardQueries
from api.graphql.queries.knowledge import KnowledgeQueries
from api.graphql.queries.lineage import LineageQueries
from api.graphql.queries.people import PeopleQueries
from api.graphql.queries.usage import UsageQueries
from api.graphql.queries.warehouse import WarehouseQueries


@strawberry.type
class Query(
    WarehouseQueries, DashboardQueries, LineageQueries, UsageQueries, KnowledgeQueries, PeopleQueries, AssistantQueries
):
    pass
