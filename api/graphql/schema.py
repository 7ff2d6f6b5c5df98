"""The schema, put together from the parts."""

import strawberry
from graphql import GraphQLInputObjectType, GraphQLSchema
from strawberry.schema.config import StrawberryConfig

from api.graphql import enums  # noqa: F401  # makes the closed lists known
from api.graphql.assistant.queries import AssistantQueries
from api.graphql.dashboards.mutations import DashboardMutations
from api.graphql.dashboards.queries import DashboardQueries
from api.graphql.descriptions import DEFINITION, describe
from api.graphql.executor import attribute
from api.graphql.former_names import find_by_former_names
from api.graphql.knowledge.mutations import PinMutations, TagMutations, TermDocumentationMutations, TermMutations
from api.graphql.knowledge.queries import KnowledgeQueries
from api.graphql.lineage.mutations import LineageMutations
from api.graphql.lineage.queries import LineageQueries
from api.graphql.people.mutations import OwnerMutations, TeamMutations
from api.graphql.people.queries import PeopleQueries
from api.graphql.scalars import SCALARS
from api.graphql.usage.mutations import QualityMutations
from api.graphql.usage.queries import UsageQueries
from api.graphql.warehouse.mutations import (
    ColumnMutations,
    LinkMutations,
    PlaceMutations,
    SourceMutations,
    TableDocumentationMutations,
    TableMutations,
)
from api.graphql.warehouse.queries import WarehouseQueries


# In the order in which the schema lists them.
@strawberry.type
class Query(
    WarehouseQueries, DashboardQueries, LineageQueries, UsageQueries, KnowledgeQueries, PeopleQueries, AssistantQueries
):
    """Reads of the account's catalog, for which a Read Only token is enough but for the two of the AI Assistant."""


@strawberry.type
class Mutation(
    SourceMutations,
    PlaceMutations,
    TableMutations,
    ColumnMutations,
    LineageMutations,
    QualityMutations,
    TableDocumentationMutations,
    DashboardMutations,
    TermDocumentationMutations,
    LinkMutations,
    PinMutations,
    TagMutations,
    TermMutations,
    OwnerMutations,
    TeamMutations,
):
    """Changes of the account's catalog, each one transaction; they need a Read & Write token."""


def take_inputs_as_they_are(schema: GraphQLSchema) -> None:
    """Let graphql-core coerce inputs to mappings by their Python names, and hand these to resolvers.

    Strawberry would make an object of each row, of which services want the mapping again. Inputs that are declared with
    a trailing underscore, for their name is a keyword, have none in the mapping.
    """
    for kind in schema.type_map.values():
        if isinstance(kind, GraphQLInputObjectType):
            kind.extensions[DEFINITION].from_input = lambda _cls, value, _context: value
            for field in kind.fields.values():
                field.out_name = field.extensions[DEFINITION].python_name.rstrip("_")


schema = strawberry.Schema(Query, Mutation, config=StrawberryConfig(default_resolver=attribute, scalar_map=SCALARS))
# Strawberry keeps it to itself, and would parse and validate once more what `execution` has to look at before.
public: GraphQLSchema = schema._schema  # noqa: SLF001
describe(public)
take_inputs_as_they_are(public)
find_by_former_names(public)
