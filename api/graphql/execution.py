"""One call, from its text to its answer. What can be refused without a query is refused first, the cheapest first:

length → parse → shape → validate → scopes → relations → variables → inputs → (wait) → execute.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

from django.db import OperationalError
from django.utils import timezone
from graphql import (
    DocumentNode,
    ExecutionResult,
    Executor,
    FieldNode,
    GraphQLError,
    GraphQLField,
    GraphQLObjectType,
    OperationType,
    execute_root_selection_set,
    get_argument_values,
    get_named_type,
    get_operation_ast,
    validate,
)
from psycopg.errors import QueryCanceled

from accounts.checked import Checked
from accounts.errors import AccountError
from api.graphql import limits
from api.graphql.assistant.waiting import wait_for_jobs
from api.graphql.checks import check_inputs, check_together
from api.graphql.context import OUT_OF_TIME, Context
from api.graphql.errors import CODES, INPUT, SYNTAX, NeedsPost, OutOfTime, Refused, coded, explained, refused
from api.graphql.executor import RowExecutor
from api.graphql.former_names import with_names_of_today
from api.graphql.introspection import Cost, check_questions, kept
from api.graphql.paging import rows_asked_for
from api.graphql.relations import refused_relations
from api.graphql.schema import public
from api.graphql.selections import Asked, relations, response_name, said_again
from api.operations import is_write, require
from assistant.errors import AssistantError
from catalog.errors import CatalogError
from catalog.queries.paging import DEFAULT_ROWS_PER_PAGE, MAX_ROWS_PER_PAGE
from database.statements import statement_limit
from tokens.models import ApiToken
from tokens.scopes import Scope

MAX_ERRORS = 5  # that are told of a document, or of its variables: each looks through names that are alike
COST = Cost(public)
ADD_JOB, JOB_RESULT = "addAiAssistantJob", "getAiAssistantJobResult"


@dataclass(frozen=True, slots=True)
class Call:
    """What a caller sends. `variables` are by name, as JSON has them."""

    query: str
    variables: Mapping[str, Any]
    operation_name: str | None = None
    may_write: bool = True


def execute(call: Call, context: Context) -> dict[str, Any] | bytes:
    """The answer, as JSON can carry it: `data`, and `errors` if there were any. Bytes are that JSON already.

    Raises Refused and NeedsPost before anything is done; InsufficientScope, PermissionDenied; what the database raises.
    """
    question = kept.key(call.query, call.variables, call.operation_name)
    if known := kept.get(question):
        return known
    executor, asked = prepare(call, context)
    wait(asked, context)
    answer = answered(run(executor, asked, context))
    if context.extensions:
        answer["extensions"] = context.extensions
    if question is None or "errors" in answer or not asked.is_of_schema:
        return answer
    return kept.keep(question, answer)


def answered(result: ExecutionResult) -> dict[str, Any]:
    answer: dict[str, Any] = {"data": result.data}
    try:
        if result.errors:
            answer["errors"] = [explained(error).formatted for error in result.errors]
    except OperationalError as error:
        if not isinstance(error.__cause__, QueryCanceled):
            raise
        answer = {"data": None, "errors": [coded(GraphQLError(OUT_OF_TIME), OutOfTime.code).formatted]}
    return answer


def prepare(call: Call, context: Context) -> tuple[Executor, Asked]:
    """The operation, ready to be executed, with everything checked that can be without stored data."""
    document = checked_document(call.query, limits.ROOM[Scope(context.token.scope)])
    asked = asked_of(document, call.operation_name)
    if not call.may_write:
        check_reads(asked)
    check_scopes(context.token, asked.roots)
    check_questions(asked.roots, asked.fragments, COST)
    check_relations(asked, context)
    limits.check_variables(call.variables)
    executor = RowExecutor.build(
        public,
        document,
        context_value=context,
        raw_variable_values=dict(call.variables),
        operation_name=call.operation_name,
        max_coercion_errors=MAX_ERRORS,
    )
    if isinstance(executor, list):
        raise Refused(*executor)
    check_arguments(executor, context, asked)
    return executor, asked


def checked_document(text: str, room: limits.Room) -> DocumentNode:
    """Raises Refused for what is too long, no GraphQL, too deep or wide, or not of this schema."""
    limits.check_length(text, room)
    document = limits.parsed(text, room)
    limits.check_shape(document)
    document = with_names_of_today(document)
    if errors := validate(public, document, max_errors=MAX_ERRORS):
        raise Refused(*errors, code=SYNTAX)
    return document


def asked_of(document: DocumentNode, name: str | None) -> Asked:
    """The operation that will be executed: no other one of the document is looked at. Raises Refused."""
    operation = get_operation_ast(document, name)
    if operation is None:
        executor = Executor.build(public, document, operation_name=name)  # for its words
        raise Refused(*executor) if isinstance(executor, list) else AssertionError
    if operation.operation is OperationType.SUBSCRIPTION:
        raise refused("There are no subscriptions.", code=SYNTAX)
    return Asked.of(operation, document)


def root_type(asked: Asked) -> GraphQLObjectType:
    kind = public.mutation_type if asked.is_mutation else public.query_type
    assert kind
    return kind


def check_reads(asked: Asked) -> None:
    """Raises NeedsPost for a mutation, and for a query that starts something."""
    if asked.is_mutation or any(is_write(f"graphql.{node.name.value}") for node in asked.roots):
        raise NeedsPost


def check_scopes(token: ApiToken, roots: list[FieldNode]) -> None:
    """Raises InsufficientScope, or PermissionDenied for what nobody declared."""
    for name in {node.name.value for node in roots}:
        require(token, "graphql.introspection" if name.startswith("__") else f"graphql.{name}")


def check_relations(asked: Asked, context: Context) -> None:
    """Notes in the context what is asked of each root field. Raises Refused, naming all that is not given."""
    asked_of: dict[str, list[str]] = {}
    wrong: list[str] = []
    for node in asked.roots:
        if node.name.value.startswith("__"):
            continue
        kind = get_named_type(root_type(asked).fields[node.name.value].type)
        paths = list(relations(public, kind, node, asked.fragments)) if isinstance(kind, GraphQLObjectType) else []
        asked_of.setdefault(response_name(node), []).extend(paths)
        wrong += refused_relations(node.name.value, paths)
    if wrong:
        raise refused(f"You cannot request the following relations: {', '.join(dict.fromkeys(wrong))}")
    context.relations = {key: list(dict.fromkeys(paths)) for key, paths in asked_of.items()}


def check_arguments(executor: Executor, context: Context, asked: Asked) -> None:
    """Notes in the context what was let through. Raises Refused for values that nothing stored could make right."""
    definitions = root_type(asked).fields
    given = [
        (node, arguments_of(executor, node, definitions[node.name.value]))
        for node in asked.roots
        if node.name.value in definitions
    ]
    rows = again = 0
    errors: list[GraphQLError] = []
    checked: dict[str, Checked[Any]] = {}
    try:
        check_together([arguments for _, arguments in given])
    except CatalogError as error:
        raise refused(str(error)) from None
    for node, arguments in given:
        try:
            if data := check_inputs(node.name.value, arguments):
                checked[response_name(node)] = data
            of_page = rows_asked_for(arguments, paged="pagination" in definitions[node.name.value].args)
            rows += of_page
            again += (of_page or DEFAULT_ROWS_PER_PAGE) * said_again(node, asked.fragments)
        except (CatalogError, AccountError, AssistantError) as error:
            errors.append(coded(GraphQLError(str(error), node), CODES.get(error.code, INPUT)))
    if errors:
        raise Refused(*errors)
    if rows > MAX_ROWS_PER_PAGE:
        raise refused(f"The pages of this call have {rows:,} rows together: {MAX_ROWS_PER_PAGE:,} are possible.")
    limits.check_again(again)
    context.checked = checked


def arguments_of(executor: Executor, node: FieldNode, definition: GraphQLField) -> dict[str, Any]:
    """By their Python names. Raises Refused for a null in the place of a default, which validation lets through."""
    try:
        return get_argument_values(definition, node, executor.variable_values)
    except GraphQLError as error:
        raise Refused(error) from None


def wait(asked: Asked, context: Context) -> None:
    """Before anything is executed, and a transaction with it: for jobs of the assistant, when the call asks for that.

    The time goes on with it, and the token may end meanwhile. Raises the errors of `tokens.authentication` then.
    """
    nodes = [node for node in asked.roots if node.name.value == JOB_RESULT]
    if nodes and wait_for_jobs(context.account, [context.checked[response_name(node)].given for node in nodes]):
        context.let_in_again()
        context.now = timezone.now()


def run(executor: Executor, asked: Asked, context: Context) -> ExecutionResult:
    with bounded_time(asked, context):
        result = execute_root_selection_set(executor)
    assert isinstance(result, ExecutionResult)
    return result


def bounded_time(asked: Asked, context: Context) -> AbstractContextManager[None]:
    """PostgreSQL ends statements of queries with the call's time. Mutations, and SQLite, are bound by sizes alone.

    So are questions to the assistant: the limit is a transaction of the whole call, and one that held two conversations
    would wait for another that holds them the other way round.
    """
    asks = any(node.name.value == ADD_JOB for node in asked.roots)
    return nullcontext() if asked.is_mutation or asks else statement_limit(context.seconds_left)
