"""The schema, put together from the parts."""

from typing import Any
from uuid import UUID

import strawberry
from django.db.models import Manager
from graphql import GraphQLSchema
from strawberry.schema.config import StrawberryConfig

from api.graphql import enums  # noqa: F401  # makes the closed lists known
from api.graphql.mutations import Mutation
from api.graphql.queries import Query
from api.graphql.scalars import SCALARS


def attribute(row: Any, name: str) -> Any:
    """What a row says under this name: ids as text, rows of a relation one after the other, None for no row."""
    value = getattr(row, name, None)
    if type(value) is UUID:
        return str(value)
    return [*value.all()] if isinstance(value, Manager) else value  # a QuerySet would be awaited, for it can be


schema = strawberry.Schema(Query, Mutation, config=StrawberryConfig(default_resolver=attribute, scalar_map=SCALARS))
# Strawberry keeps it to itself, and would parse and validate once more what `execution` has to look at before.
public: GraphQLSchema = schema._schema  # noqa: SLF001
