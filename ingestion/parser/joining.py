"""FROM and JOIN to the sources of a scope: tables, queries, functions that make rows, PIVOT."""

from collections.abc import Sequence

from sqlglot import exp

from ingestion.parser.columns import origins_of
from ingestion.parser.naming import folded, path_of
from ingestion.parser.pivots import pivoted
from ingestion.parser.relations import EMPTY, Output, Relation, joined_rest, of_function
from ingestion.parser.scopes import Scope, Source, outputs_of

WITHOUT_COLUMNS = {"SEMI", "ANTI"}
FLATTENED = ("SEQ", "KEY", "PATH", "INDEX", "VALUE", "THIS")  # Snowflake's manual: FLATTEN
ROWS_OF_FUNCTION = (exp.Unnest, exp.TableFromRows, exp.Func)


def join(each: exp.Join, scope: Scope) -> None:
    """Add what is joined, and remember what it shares with the sources before it."""
    before = list(scope.sources)
    add(each.this, scope)
    for source in scope.sources[len(before) :]:
        source.hidden = (each.kind or each.side or "").upper() in WITHOUT_COLUMNS
    if len(scope.sources) == len(before) or scope.sources[-1].hidden:
        return
    joined = scope.sources[-1]
    names = [name.name.lower() for name in each.args.get("using") or ()]
    if (each.method or "").upper() == "NATURAL":
        names = [name for name in joined.relation.by_name if any(source.relation.has(name) for source in before)]
    joined.using = tuple(names)
    for name in names:
        share(scope, name, before, joined)


def share(scope: Scope, name: str, before: Sequence[Source], joined: Source) -> None:
    """A column of USING is that of both sides."""
    visible = [source for source in before if not source.hidden]
    surely = [source for source in visible if source.relation.has(name)]
    may = [source for source in visible if source.relation.rest]
    left = scope.merged.get(name) or surely[:1] or (may if len(may) == 1 else [])
    if left and joined.relation.column(name) is not None:
        scope.merged[name] = [*left, joined]


def add(node: exp.Expr, scope: Scope) -> None:
    """Add a source, and those that are joined to it in brackets."""
    if isinstance(node, (exp.Final, exp.Stream)):
        node = node.this
    if isinstance(node, exp.Subquery) and isinstance(node.this, exp.Table):
        add_bracketed(node, scope)
    else:
        scope.sources.append(source_of(node, scope))
    for each in node.args.get("joins") or ():
        join(each, scope)
    for each in node.args.get("laterals") or ():
        add(each, scope)


def add_bracketed(node: exp.Subquery, scope: Scope) -> None:
    """`(a JOIN b)` shows a and b; `(a JOIN b) AS c` hides them behind c."""
    if not node.alias:
        add(node.this, scope)
        return
    inner = apart(scope)
    add(node.this, inner)
    relation = Relation(outputs_of(inner), joined_rest(source.relation.rest for source in inner.sources))
    scope.sources.append(Source(node.alias.lower(), relation.renamed(node.alias_column_names)))


def apart(scope: Scope) -> Scope:
    """For a query in FROM, which does not see its neighbours."""
    return Scope(scope.traits, scope.trace, scope.ctes, parent=scope.parent)


def source_of(node: exp.Expr, scope: Scope) -> Source:
    relation, name, path = relation_of(node, scope), node.alias_or_name.lower(), folded(path_of(node))
    if not isinstance(node, (exp.Unnest, exp.Lateral, exp.TableFromRows)):
        relation = relation.renamed(node.alias_column_names)
    for pivot in node.args.get("pivots") or ():
        relation = pivoted(pivot, relation, scope)
        name, path = (pivot.alias.lower(), ()) if pivot.alias else (name, path)
        relation = relation.renamed(pivot.alias_column_names)
    if not node.alias and path:
        name = path[-1]
    return Source(name, relation, path)


def relation_of(node: exp.Expr, scope: Scope) -> Relation:
    """What this member of FROM gives."""
    if path_of(node) or (isinstance(node, exp.Table) and isinstance(node.this, exp.Var)):
        return scope.trace(node, scope)
    if isinstance(node, exp.Subquery):
        return scope.trace(node, apart(scope))
    if isinstance(node, exp.Lateral) and isinstance(node.this, exp.Subquery):
        return scope.trace(node.this, scope).renamed(node.alias_column_names)
    if isinstance(node, exp.Values):
        return of_values(node, scope)
    if isinstance(node, (exp.Table, exp.Lateral, *ROWS_OF_FUNCTION)):
        return of_call(node, scope)
    return scope.trace(node, apart(scope)) if isinstance(node, (exp.Query, exp.Pivot)) else EMPTY


def of_values(node: exp.Values, scope: Scope) -> Relation:
    """By position; the names come from the alias."""
    rows = [row.expressions if isinstance(row, exp.Tuple) else [row] for row in node.expressions]
    origins = [frozenset().union(*(origins_of(cell, scope) for cell in cells)) for cells in zip(*rows, strict=False)]
    return Relation([Output("", each) for each in origins])


def of_call(node: exp.Expr, scope: Scope) -> Relation:
    """Rows that a function makes: of what it is given, a table among it."""
    called = node.expressions if isinstance(node, exp.Unnest) else [node.this]
    origins = frozenset().union(*(origins_of(each, scope) for each in called if isinstance(each, exp.Expr)))
    names = list(node.alias_column_names)
    offset = node.args.get("offset")
    if not names and isinstance(node.this, exp.Explode) and scope.traits.name == "snowflake":
        names = list(FLATTENED)
    if not names and node.alias and (isinstance(node, exp.Unnest) or scope.traits.named_expressions):
        names = [node.alias]
    for each in called:
        for table in each.find_all(exp.Table) if isinstance(each, exp.Predict) else ():
            scope.trace(table, scope)
    relation = of_function(origins, names)
    if isinstance(offset, exp.Identifier):
        relation = Relation([*relation.outputs, Output(offset.name, frozenset())], relation.rest)
    explicit = bool(node.alias_column_names) and not isinstance(node, exp.Unnest)
    return Relation(relation.outputs) if explicit else relation
