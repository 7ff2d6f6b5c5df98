"""Expressions to what they are made of, and the names that their results have."""

import re
from collections.abc import Callable, Iterator

from sqlglot import exp

from ingestion.parser.dialects import UNITS
from ingestion.parser.relations import NOTHING, Origins, united
from ingestion.parser.scopes import Scope, outputs_of

QUERIES = (exp.Select, exp.SetOperation, exp.Subquery)
TAKEN_WHOLE = (*QUERIES, exp.Window, exp.Column, exp.Dot, exp.Star, exp.Lambda, exp.DataType)
OF_TIME = re.compile("DATE|TIME|TRUNC|DIFF|LAST_DAY|EXTRACT")
COUNTS = (exp.Count, exp.CountIf)
# Functions that the parser calls as PostgreSQL does.
SAME_NAMES = {
    "abs", "array_agg", "avg", "coalesce", "concat", "count", "dense_rank", "first_value", "greatest", "lag",
    "last_value", "lead", "least", "length", "lower", "max", "min", "now", "ntile", "nullif", "rank", "replace",
    "round", "row_number", "sum", "trim", "upper",
}  # fmt: skip


def origins_of(node: exp.Expr, scope: Scope) -> Origins:
    """All stored columns that a value is made of: also of CASE's conditions and of what a window is ordered by."""
    return united(of_leaf(leaf, scope) for leaf in leaves(node))


def leaves(node: exp.Expr) -> Iterator[exp.Expr]:
    """The outermost columns, stars, windows and queries inside an expression, itself included."""
    left = [node]
    while left:
        each = left.pop()
        if isinstance(each, TAKEN_WHOLE):
            yield each
        else:
            left.extend(each.iter_expressions())


def of_leaf(leaf: exp.Expr, scope: Scope) -> Origins:
    if isinstance(leaf, QUERIES):
        return united(output.origins for output in scope.trace(leaf, scope).outputs)
    if isinstance(leaf, exp.Star) and not isinstance(leaf.parent, COUNTS):
        return united(output.origins for output in outputs_of(scope))
    of_kind = OF_KIND.get(type(leaf))
    return of_kind(leaf, scope) if of_kind else NOTHING


def of_column(column: exp.Column, scope: Scope) -> Origins:
    if isinstance(column.this, exp.Star):
        source = None if isinstance(column.parent, COUNTS) else scope.named([part.name for part in column.parts[:-1]])
        return united(output.origins for output in source.relation.outputs) if source else NOTHING
    if not isinstance(column.this, exp.Identifier):
        return of_position(column, scope)
    parts = [part.name for part in column.parts]
    return NOTHING if is_unit(column, scope) else scope.column(parts)


def is_unit(column: exp.Column, scope: Scope) -> bool:
    """Whether it is a word like `day` that a function of time takes beside columns, and no table has such a column."""
    call = column.parent
    if column.name.upper() not in UNITS or len(column.parts) > 1 or column.this.args.get("quoted"):
        return False
    if not isinstance(call, exp.Func) or any(each.surely(column.name) for each in scope.chain()):
        return False
    name = str(call.this) if isinstance(call, exp.Anonymous) else call.sql_name()
    arguments = [each.name.upper() for each in call.iter_expressions()]
    units = sum(name in UNITS for name in arguments)
    return bool(OF_TIME.search(name.upper())) and units == 1 < len(arguments)  # make_date(year, month, day) has three


def of_position(column: exp.Column, scope: Scope) -> Origins:
    """`t.$2` of Snowflake: the second column of t."""
    number = column.this.name
    source = scope.named([part.name for part in column.parts[:-1]])
    if source and number.isdigit() and 0 < int(number) <= len(source.relation.outputs):
        return source.relation.outputs[int(number) - 1].origins
    return NOTHING


def of_dot(dot: exp.Dot, scope: Scope) -> Origins:
    """Of `a.b.c.d.e`, which is longer than any name of a column, of `f(a).field`, and of `schema.f(a)`."""
    names: list[str] = []
    inner: exp.Expr = dot
    while isinstance(inner, exp.Dot):
        if not isinstance(inner.expression, exp.Identifier):  # a function of a schema: what it is given
            return origins_of(inner.expression, scope)
        names.insert(0, inner.expression.name)
        inner = inner.this
    if isinstance(inner, exp.Column) and isinstance(inner.this, exp.Identifier):
        return scope.column([*(part.name for part in inner.parts), *names])
    return origins_of(inner, scope)


def of_window(window: exp.Window, scope: Scope) -> Origins:
    """Of the value, and of what the window is cut and ordered by, here or under a name."""
    named = scope.windows.get(window.alias.lower()) if window.alias else None
    parts = [*window.iter_expressions(), *(named.iter_expressions() if named else ())]
    return united(origins_of(part, scope) for part in parts)


def of_lambda(node: exp.Lambda, scope: Scope) -> Origins:
    """Of what it is made of but for its own parameters."""
    parameters = {each.name.lower() for each in node.expressions}
    inner = [leaf for leaf in leaves(node.this) if not is_one_of(leaf, parameters)]
    return united(of_leaf(leaf, scope) for leaf in inner)


def is_one_of(leaf: exp.Expr, parameters: set[str]) -> bool:
    return isinstance(leaf, (exp.Column, exp.Dot)) and any(
        part.name.lower() in parameters for part in leaf.find_all(exp.Identifier)
    )


OF_KIND: dict[type, Callable[..., Origins]] = {
    exp.Column: of_column,
    exp.Dot: of_dot,
    exp.Window: of_window,
    exp.Lambda: of_lambda,
}


def name_of(node: exp.Expr, scope: Scope) -> str:
    """The name of a column of a result; "" where it has none that could be known."""
    if isinstance(node, (exp.Alias, exp.Column)):
        return node.output_name
    if isinstance(node, exp.Dot):
        return node.expression.name if isinstance(node.expression, exp.Identifier) else ""
    if isinstance(node, exp.Subquery) and isinstance(node.this, exp.Select) and len(node.this.expressions) == 1:
        return node.alias or (name_of(node.this.expressions[0], scope) if scope.traits.named_expressions else "")
    return name_given(node) if scope.traits.named_expressions else ""


def name_given(node: exp.Expr) -> str:
    """What PostgreSQL calls an expression without a name (its manual: "Column Labels"): its function, or its column."""
    if isinstance(node, exp.Column):
        return node.name
    if isinstance(node, (exp.Cast, exp.Bracket, exp.Paren, exp.Window, exp.Filter)):
        return name_given(node.this)
    if isinstance(node, exp.Case):
        return "case"
    if isinstance(node, exp.Anonymous):
        return str(node.this).lower()
    name = node.sql_name().lower() if isinstance(node, exp.Func) else ""
    return name if name in SAME_NAMES else ""
