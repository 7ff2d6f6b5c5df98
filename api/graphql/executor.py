"""Execution as graphql-core does it, with a shorter way for what a row simply says of itself."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Manager
from graphql import Executor, GraphQLObjectType, Undefined, get_nullable_type, is_leaf_type, is_non_null_type
from graphql.pyutils import Path

from api.graphql.descriptions import DEFINITION
from api.graphql.relations import READ


def attribute(row: Any, name: str) -> Any:
    """What a row says under this name: ids as text, rows of a relation one after the other, None for no row."""
    if (read := getattr(row, READ.format(name), None)) is not None:
        return read
    value = getattr(row, name, None)
    if type(value) is UUID:
        return str(value)
    return [*value.all()] if isinstance(value, Manager) else value  # a QuerySet would be awaited, for it can be


class Plain(NamedTuple):
    """A field that a row answers by an attribute, and whose value is no object and no list."""

    attribute: str
    as_json: Callable[[Any], Any]
    is_nullable: bool


@cache
def plain_fields(kind: GraphQLObjectType) -> Mapping[str, Plain]:
    """Those of a type, by name."""
    found = {}
    for name, field in kind.fields.items():
        leaf = get_nullable_type(field.type)
        if DEFINITION in field.extensions and field.extensions[DEFINITION].is_basic_field and is_leaf_type(leaf):
            python_name = field.extensions[DEFINITION].python_name
            found[name] = Plain(python_name, leaf.coerce_output_value, not is_non_null_type(field.type))
    return found


class RowExecutor(Executor):
    """Answers a page of rows in half the time: most of what it costs is said of values that need nothing done.

    Whatever is not as plain as that is graphql-core's: resolvers, arguments, rows below rows, and every error.
    """

    def execute_fields(
        self,
        parent_type: GraphQLObjectType,
        source_value: Any,
        path: Path | None,
        grouped_field_set: Mapping[str, Any],
        position_context: Any,
    ) -> dict[str, Any]:
        """The answer by response name, in the order of the selection."""
        plain = plain_fields(parent_type)
        results: dict[str, Any] = {}
        for name, details in grouped_field_set.items():
            field = plain.get(details[0].node.name.value)
            result = plainly(field, source_value) if field else Undefined
            if result is Undefined:
                here = Path(path, name, parent_type.name)
                result = self.execute_field(parent_type, source_value, details, here, position_context)
            if result is not Undefined:
                results[name] = result
        return results


def plainly(field: Plain, row: Any) -> Any:
    """The value as JSON has it; Undefined when there is more to it, as an error that has to be told."""
    try:
        value = getattr(row, field.attribute, None)
        if value is None:
            return None if field.is_nullable else Undefined
        answer = field.as_json(str(value) if type(value) is UUID else value)
    except Exception:  # noqa: BLE001  # the long way raises it again, and knows where it belongs
        return Undefined
    return Undefined if answer is None else answer
