"""`*` to columns: of all sources or of one, without those of EXCEPT, with those of REPLACE and RENAME."""

import re
from collections.abc import Sequence

from sqlglot import exp

from ingestion.parser import limits
from ingestion.parser.columns import origins_of
from ingestion.parser.relations import Output, Rest, joined_rest
from ingestion.parser.scopes import Scope


def is_star(node: exp.Expr) -> bool:
    return isinstance(node, exp.Star) or (isinstance(node, exp.Column) and isinstance(node.this, exp.Star))


def expanded(node: exp.Expr, scope: Scope) -> tuple[list[Output], Rest]:
    """The columns of this star, and what it may stand for beside them. Raises TooCostly when they are too many."""
    star = node.this if isinstance(node, exp.Column) else node
    if isinstance(node, exp.Column):
        outputs, rest = of_one(node, scope)
    else:
        outputs = of_all(scope)
        rest = joined_rest(source.relation.rest for source in scope.sources if not source.hidden)
    if len(outputs) > limits.COLUMNS:
        raise limits.TooCostly
    return changed(outputs, star, scope), rest


def of_all(scope: Scope) -> list[Output]:
    """What USING merges stands first, and once (SQL:2016 part 2, 7.10)."""
    outputs: list[Output] = []
    for source in scope.sources:
        if source.hidden:
            continue
        its = source.relation.outputs
        names = {output.name.lower(): output.name for output in [*its, *outputs]}
        merged = {name: names[name] for name in source.using if name in names}
        first = [Output(spelling, scope.column([name])) for name, spelling in merged.items()]
        others = [output for output in [*outputs, *its] if output.name.lower() not in merged]
        outputs = [*first, *others]
    return outputs


def of_one(node: exp.Column, scope: Scope) -> tuple[list[Output], Rest]:
    """Of `t.*`, or of `column.*` where the column is a struct."""
    parts = [part.name for part in node.parts[:-1]]
    for each in scope.chain():
        source = each.named(parts)
        if source:
            return list(source.relation.outputs), source.relation.rest
    origins = scope.column(parts)
    return ([Output("*", origins)] if origins else []), ()


def changed(outputs: Sequence[Output], star: exp.Expr, scope: Scope) -> list[Output]:
    """Without what EXCEPT names, and with what REPLACE and RENAME say."""
    left_out = {each.name.lower() for each in star.args.get("except_") or ()} | unlike(outputs, star)
    replaced = {each.alias.lower(): each for each in star.args.get("replace") or ()}
    renamed = {each.this.name.lower(): each.alias for each in star.args.get("rename") or ()}
    if not (left_out or replaced or renamed):
        return list(outputs)
    result = []
    for output in outputs:
        low = output.name.lower()
        if low in left_out:
            continue
        origins = origins_of(replaced[low].this, scope) if low in replaced else output.origins
        result.append(Output(renamed.get(low, output.name), origins))
    known = {output.name.lower() for output in outputs}
    hidden = [each for low, each in replaced.items() if low not in known]  # behind a star that nobody knows
    return [*result, *(Output(each.alias, origins_of(each.this, scope)) for each in hidden)]


def unlike(outputs: Sequence[Output], star: exp.Expr) -> set[str]:
    """The columns that `* ILIKE '%a%'` of Snowflake leaves out."""
    pattern = star.args.get("ilike")
    if not isinstance(pattern, exp.Literal):
        return set()
    wanted = re.compile(re.escape(pattern.name).replace("%", ".*").replace("_", "."), re.IGNORECASE)
    return {output.name.lower() for output in outputs if output.name != "*" and not wanted.fullmatch(output.name)}
