"""One call, from its text to its answer. What can be refused without a query is refused first:

length → parse → shape → validate → variables → scopes → relations → inputs → execute.
"""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

from django.db import OperationalError, connection, transaction
from graphql import (
    DocumentNode,
    ExecutionResult,
    Executor,
    FieldNode,
    GraphQLError,
    GraphQLObjectType,
    OperationType,
    execute_root_selection_set,
    get_argument_values,
    get_named_type,
    validate,
)
from psycopg.errors import QueryCanceled

from accounts.checked import Checked
from accounts.errors import AccountError
from api.graphql import limits
from api.graphql.checks import check_inputs, check_texts
from api.graphql.context import MAX_SECONDS, OUT_OF_TIME, Context
from api.graphql.errors import CODES, INPUT, SYNTAX, NeedsPost, OutOfTime, Refused, coded, explained, refused
from api.graphql.former_names import with_names_of_today
from api.graphql.paging import rows_asked_for
from api.graphql.relations import refused_relations
from api.graphql.schema import public
from api.graphql.selections import fields, relations
from api.operations import is_write, require
from catalog.errors import CatalogError
from catalog.queries.paging import MAX_ROWS_PER_PAGE
from tokens.models import ApiToken


@dataclass(frozen=True, slots=True)
class Call:
    """What a caller sends. `variables` are by name, as JSON has them."""

    query: str
    variables: Mapping[str, Any]
    operation_name: str | None = None
    may_write: bool = True


def execute(call: Call, context: Context) -> dict[str, Any]:
    """The answer, as JSON can carry it: `data`, and `errors` if there were any.

    Raises Refused and NeedsPost before anything is done; InsufficientScope, PermissionDenied; what the database raises.
    """
    result = run(prepare(call, context))
    answer: dict[str, Any] = {"data": result.data}
    try:
        if result.errors:
            answer["errors"] = [explained(error).formatted for error in result.errors]
    except OperationalError as error:
        if not isinstance(error.__cause__, QueryCanceled):
            raise
        answer = {"data": None, "errors": [coded(GraphQLError(OUT_OF_TIME), OutOfTime.code).formatted]}
    return answer


def prepare(call: Call, context: Context) -> Executor:
    """The operation, ready to be executed, with everything checked that can be without stored data."""
    executor = Executor.build(
        public,
        checked_document(call.query),
        context_value=context,
        raw_variable_values=dict(call.variables),
        operation_name=call.operation_name,
    )
    if isinstance(executor, list):
        raise Refused(*executor)
    if executor.operation.operation is OperationType.SUBSCRIPTION:
        raise refused("There are no subscriptions.", code=SYNTAX)
    roots = root_fields(executor)
    if not call.may_write:
        check_reads(executor, roots)
    check_scopes(context.token, roots)
    check_relations(executor, context, roots)
    check_arguments(executor, context, roots)
    return executor


def checked_document(text: str) -> DocumentNode:
    """Raises Refused for what is too long, no GraphQL, too deep or wide, or not of this schema."""
    limits.check_length(text)
    document = limits.parsed(text)
    limits.check_shape(document)
    document = with_names_of_today(document)
    if errors := validate(public, document, max_errors=20):
        raise Refused(*errors, code=SYNTAX)
    return document


def root_type(executor: Executor) -> GraphQLObjectType:
    mutation = executor.operation.operation is OperationType.MUTATION
    kind = public.mutation_type if mutation else public.query_type
    assert kind
    return kind


def root_fields(executor: Executor) -> list[FieldNode]:
    """The root fields of the operation that will be executed: of no other one in the document."""
    fragments = {name: details.definition for name, details in executor.fragments.items()}
    roots = list(fields(executor.operation.selection_set, fragments))
    if len(roots) > limits.MAX_ROOT_FIELDS:
        raise refused(f"The operation asks {len(roots)} things: {limits.MAX_ROOT_FIELDS} are allowed in one call.")
    return roots


def check_reads(executor: Executor, roots: list[FieldNode]) -> None:
    """Raises NeedsPost for a mutation, and for a query that starts something."""
    is_mutation = executor.operation.operation is OperationType.MUTATION
    if is_mutation or any(is_write(f"graphql.{node.name.value}") for node in roots):
        raise NeedsPost


def check_scopes(token: ApiToken, roots: list[FieldNode]) -> None:
    """Raises InsufficientScope, or PermissionDenied for what nobody declared."""
    for name in {node.name.value for node in roots}:
        require(token, "graphql.introspection" if name.startswith("__") else f"graphql.{name}")


def check_relations(executor: Executor, context: Context, roots: list[FieldNode]) -> None:
    """Notes in the context what is asked of each root field. Raises Refused, naming all that is not given."""
    fragments = {name: details.definition for name, details in executor.fragments.items()}
    asked_of: dict[str, list[str]] = {}
    wrong: list[str] = []
    for node in roots:
        if node.name.value.startswith("__"):
            continue
        kind = get_named_type(root_type(executor).fields[node.name.value].type)
        asked = list(relations(public, kind, node, fragments)) if isinstance(kind, GraphQLObjectType) else []
        asked_of.setdefault(response_name(node), []).extend(asked)
        wrong += refused_relations(node.name.value, asked)
    if wrong:
        raise refused(f"You cannot request the following relations: {', '.join(dict.fromkeys(wrong))}")
    context.relations = {key: list(dict.fromkeys(asked)) for key, asked in asked_of.items()}


def response_name(node: FieldNode) -> str:
    return node.alias.value if node.alias else node.name.value


def check_arguments(executor: Executor, context: Context, roots: list[FieldNode]) -> None:
    """Notes in the context what was let through. Raises Refused for values that nothing stored could make right."""
    definitions = root_type(executor).fields
    given = [(node, arguments_of(executor, node)) for node in roots if node.name.value in definitions]
    try:
        check_texts([arguments for _, arguments in given])
    except CatalogError as error:
        raise refused(str(error)) from None
    errors: list[GraphQLError] = []
    checked: dict[str, Checked[Any]] = {}
    asked = 0
    for node, arguments in given:
        try:
            if data := check_inputs(node.name.value, arguments):
                checked[response_name(node)] = data
            asked += rows_asked_for(arguments, paged="pagination" in definitions[node.name.value].args)
        except (CatalogError, AccountError) as error:
            errors.append(coded(GraphQLError(str(error), node), CODES.get(error.code, INPUT)))
    if errors:
        raise Refused(*errors)
    if asked > MAX_ROWS_PER_PAGE:
        raise refused(f"The pages of this call have {asked:,} rows together: {MAX_ROWS_PER_PAGE:,} are possible.")
    context.checked = checked


def arguments_of(executor: Executor, node: FieldNode) -> dict[str, Any]:
    """By their Python names. Raises Refused for a null in the place of a default, which validation lets through."""
    definition = root_type(executor).fields[node.name.value]
    try:
        return get_argument_values(definition, node, executor.variable_values)
    except GraphQLError as error:
        raise Refused(error) from None


def run(executor: Executor) -> ExecutionResult:
    with bounded_time(executor):
        result = execute_root_selection_set(executor)
    assert isinstance(result, ExecutionResult)
    return result


def bounded_time(executor: Executor) -> AbstractContextManager[None]:
    """PostgreSQL ends statements of queries after MAX_SECONDS. Mutations, and SQLite, are bound by sizes alone."""
    if connection.vendor != "postgresql" or executor.operation.operation is OperationType.MUTATION:
        return nullcontext()
    return statements_end(MAX_SECONDS)


@contextmanager
def statements_end(seconds: float) -> Iterator[None]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(int(seconds * 1000))])
        yield
