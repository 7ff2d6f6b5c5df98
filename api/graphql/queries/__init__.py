"""The queries, one module a part."""

import strawberry

from api.graphql.queries.assistant import AssistantQueries
from api.graphql.queries.warehouse import WarehouseQueries


@strawberry.type
class Query(WarehouseQueries, AssistantQueries):
    pass
