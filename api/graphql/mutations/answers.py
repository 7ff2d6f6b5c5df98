"""What the mutations have in common."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Model, prefetch_related_objects

from api.graphql.context import Info, asked
from api.graphql.relations import lookups


def with_relations(info: Info, rows: Sequence[Model]) -> Any:
    """The rows, with the relations that are asked for: in one query each."""
    prefetch_related_objects(rows, *lookups(asked(info)))
    return rows
