"""INSERT, UPDATE, MERGE and DELETE: what the columns of their target are made of."""

from collections.abc import Iterator, Sequence

from sqlglot import exp

from ingestion.parser import joining
from ingestion.parser.columns import origins_of
from ingestion.parser.naming import path_of
from ingestion.parser.queries import Reader
from ingestion.parser.relations import EMPTY, Output, Path, Relation
from ingestion.parser.scopes import Scope, Source
from ingestion.parser.writing import Written, add_target, stored_names


def insert(statement: exp.Insert, reader: Reader) -> Iterator[Written]:
    """By the columns that are listed, else by those of the target in their order, else by name."""
    into, body, scope = statement.this, statement.args.get("expression"), reader.scope(statement)
    if isinstance(into, exp.Directory):
        relation = reader.trace(body, scope) if body else EMPTY
        yield Written((into.this.name,), relation.outputs)
        return
    target = path_of(into)
    if not target:
        return
    if isinstance(body, exp.Values):
        relation = joining.of_values(body, scope)
    else:
        body = body or statement.args.get("source")  # INSERT INTO t TABLE s
        relation = reader.trace(body, scope) if isinstance(body, (exp.Query, exp.Table)) else EMPTY
    names = [name.name for name in into.expressions] if isinstance(into, exp.Schema) else []
    if not names and not statement.args.get("by_name"):
        names = stored_names(into, target, reader, len(relation.outputs))
    yield Written(target, relation.renamed(names).outputs if names else relation.outputs, relation=relation)


def update(statement: exp.Update, reader: Reader) -> Iterator[Written]:
    """What SET says. In T-SQL the target may be the alias of a table in FROM."""
    scope = reader.scope(statement)
    reads = {*reader.reads}
    target = path_of(statement.this)
    if statement.args.get("from_"):
        joining.add(statement.args["from_"].this, scope)
    there = scope.named([statement.this.name]) if len(target) == 1 else None
    if there and there.path:
        target = next((path_of(t) for t in statement.args["from_"].find_all(exp.Table) if named(t, target)), target)
    else:
        add_target(statement.this, scope, reader)
    outputs = assigned(statement.expressions, scope)
    reader.visit(statement, scope)
    reader.reads |= reads
    yield Written(target, outputs)


def named(table: exp.Table, name: Path) -> bool:
    return table.alias_or_name.lower() == name[0].lower()


def assigned(expressions: Sequence[exp.Expr], scope: Scope) -> list[Output]:
    """The columns of `SET a = …, (b, c) = (…)`."""
    outputs: list[Output] = []
    for each in expressions:
        if isinstance(each, exp.EQ) and isinstance(each.this, exp.Tuple):
            outputs += assigned_together(each, scope)
        elif isinstance(each, exp.EQ):
            outputs.append(Output(each.this.name, origins_of(each.expression, scope)))
    return outputs


def assigned_together(each: exp.EQ, scope: Scope) -> list[Output]:
    """`(a, b) = (SELECT c, d …)`, by position."""
    names = [column.name for column in each.this.expressions]
    if isinstance(each.expression, exp.Tuple):
        values = [origins_of(value, scope) for value in each.expression.expressions]
    elif isinstance(each.expression, exp.Query):
        values = [output.origins for output in scope.trace(each.expression, scope).outputs]
    else:
        values = [origins_of(each.expression, scope)] * len(names)
    return [Output(name, origins) for name, origins in zip(names, values, strict=False)]


def merge(statement: exp.Merge, reader: Reader) -> Iterator[Written]:
    """What its UPDATE and INSERT say; with a star or ROW, all columns of what is merged in, by name."""
    scope = reader.scope(statement)
    joining.add(statement.args["using"], scope)
    merged_in = scope.sources[0].relation
    add_target(statement.this, scope, reader)
    outputs: list[Output] = []
    for when in statement.args["whens"].expressions:
        then = when.args.get("then")
        if isinstance(then, exp.Update):
            stars = any(isinstance(each, exp.Star) for each in then.expressions)
            outputs += merged_in.outputs if stars else assigned(then.expressions, scope)
        elif isinstance(then, exp.Insert):
            outputs += merged(then, merged_in, scope)
    reader.visit_all([statement.args.get("on")], scope)
    for when in statement.args["whens"].expressions:
        reader.visit_all([when.args.get("condition")], scope)
    yield Written(path_of(statement.this), outputs)


def merged(then: exp.Insert, merged_in: Relation, scope: Scope) -> Sequence[Output]:
    """The columns of WHEN NOT MATCHED THEN INSERT."""
    values = then.args.get("expression")
    if not isinstance(values, exp.Tuple):
        return merged_in.outputs
    names = [column.name for column in then.this.expressions] if isinstance(then.this, exp.Tuple) else []
    if not names:
        target = scope.sources[-1]  # it was added after what is merged in
        names = [output.name for output in target.relation.outputs]
    pairs = zip(names if "*" not in names else (), values.expressions, strict=False)
    return [Output(name, origins_of(value, scope)) for name, value in pairs]


def delete(statement: exp.Delete, reader: Reader) -> Iterator[Written]:
    """Its target alone; what its conditions read is noted."""
    scope = reader.scope(statement)
    for using in statement.args.get("using") or ():
        joining.add(using, scope)
    targets = [path_of(table) for table in statement.args.get("tables") or ()]
    if targets:  # DELETE a FROM t AS a JOIN …
        joining.add(statement.this, scope)
        aliases = {source.name: source.path for source in scope.sources}
        targets = [aliases.get(target[-1].lower(), target) for target in targets]
    elif isinstance(statement.this, exp.Expr):
        add_target(statement.this, scope, reader)
        targets = [path_of(statement.this)]
    reader.visit(statement, scope)
    yield from (Written(target) for target in targets if target)


def many(statement: exp.MultitableInserts, reader: Reader) -> Iterator[Written]:
    """FROM t INSERT … INSERT … of Hive, INSERT ALL … SELECT of Oracle and Snowflake."""
    scope = reader.scope(statement)
    source = statement.args["source"]
    if isinstance(source, exp.Table) or source.alias:
        joining.add(source, scope)
    else:
        scope.sources.append(Source("", reader.trace(source, scope)))
    for each in statement.expressions:
        inner = each.this if isinstance(each, exp.ConditionalInsert) else each
        if isinstance(inner, exp.Insert):
            yield from one_of_many(inner, scope, reader)


def one_of_many(inner: exp.Insert, scope: Scope, reader: Reader) -> Iterator[Written]:
    into, body = inner.this, inner.args.get("expression")
    names = [name.name for name in into.expressions] if isinstance(into, exp.Schema) else []
    outputs: Sequence[Output] = scope.sources[0].relation.outputs
    if isinstance(body, exp.Values):
        outputs = joining.of_values(body, scope).outputs
    elif isinstance(body, exp.Select):
        outputs = reader.projection(body, scope).outputs
    names = names or stored_names(into, path_of(into), reader, len(outputs))
    yield Written(path_of(into), Relation(outputs).renamed(names).outputs)
