"""PIVOT and UNPIVOT: rows to columns and back."""

from collections.abc import Iterator

from sqlglot import exp

from ingestion.parser.columns import origins_of
from ingestion.parser.relations import NOTHING, Output, Relation, united
from ingestion.parser.scopes import Scope, Source


def pivoted(pivot: exp.Pivot, relation: Relation, scope: Scope) -> Relation:
    """What is left of a relation, and the columns that are made."""
    inner = Scope(scope.traits, scope.trace, scope.ctes, sources=[Source("", relation)])
    used = {column.name.lower() for column in columns_used(pivot)}
    kept = [output for output in relation.outputs if output.name.lower() not in used]
    made = unpivoted_columns(pivot, inner) if pivot.unpivot else pivoted_columns(pivot, inner)
    return Relation([*kept, *made], relation.rest)


def columns_used(pivot: exp.Pivot) -> Iterator[exp.Expr]:
    """Those that are gone afterwards."""
    if pivot.unpivot:
        for field in pivot.fields:
            for each in field.expressions:
                yield from each.find_all(exp.Column)
        return
    for each in [*pivot.expressions, *(field.this for field in pivot.fields)]:
        yield from each.find_all(exp.Column)


def pivoted_columns(pivot: exp.Pivot, scope: Scope) -> list[Output]:
    """One for each value and each aggregate, in the order in which the parser names them."""
    aggregates = [origins_of(each, scope) for each in pivot.expressions]
    names = [name.name for name in pivot.args.get("columns") or ()]
    if not names:
        return [Output("*", united(aggregates))]
    return [Output(name, aggregates[place % len(aggregates)]) for place, name in enumerate(names)]


def unpivoted_columns(pivot: exp.Pivot, scope: Scope) -> list[Output]:
    """The column of names, which is made of nothing, and that of values."""
    origins = united(origins_of(each, scope) for field in pivot.fields for each in field.expressions)
    of_names = [Output(field.this.name, NOTHING) for field in pivot.fields]
    values = [
        Output(name.name, origins)
        for value in pivot.expressions
        for name in (value.expressions if isinstance(value, exp.Tuple) else [value])
    ]
    return [*of_names, *values]
