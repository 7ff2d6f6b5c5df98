"""A query to the relation that it gives. The tables that it reads are noted on the way, wherever in it they stand."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlglot import exp

from ingestion.parser import joining
from ingestion.parser.columns import QUERIES, leaves, name_of, origins_of
from ingestion.parser.dialects import Traits
from ingestion.parser.naming import Catalog, folded, path_of
from ingestion.parser.relations import (
    EMPTY,
    Output,
    Path,
    Relation,
    Rest,
    joined_rest,
    of_unknown_table,
    stacked,
    united,
)
from ingestion.parser.scopes import Scope
from ingestion.parser.stars import expanded, is_star

NOT_VISITED = {"expressions", "from_", "joins", "laterals", "with_", "into", "kind", "hint", "this", "expression"}


@dataclass
class Passing:
    """A table that a text makes and that does not stay: what is read from it is read from what it is made of."""

    relation: Relation
    reads: frozenset[Path]


@dataclass
class Reader:
    """Reads the queries of one statement."""

    traits: Traits
    catalog: Catalog
    passing: Mapping[Path, Passing] = field(default_factory=dict)
    made: Mapping[Path, Relation] = field(default_factory=dict)  # tables that the text made before, and keeps
    reads: set[Path] = field(default_factory=set)
    unknown: set[Path] = field(default_factory=set)
    writes_inside: list[exp.Expr] = field(default_factory=list)  # WITH a AS (INSERT … RETURNING …)

    def scope(self, statement: exp.Expr) -> Scope:
        """An empty scope that sees the WITH of this statement."""
        outer = Scope(self.traits, self.trace, {})
        outer.ctes = self.ctes(statement, outer)
        return outer

    def trace(self, node: exp.Expr, outer: Scope) -> Relation:
        """What a query, or a table in FROM, gives."""
        if isinstance(node, (exp.Table, exp.TableFromRows)):
            return self.table(node, outer)
        ctes = self.ctes(node, outer)
        if ctes is not outer.ctes:
            outer = Scope(self.traits, self.trace, ctes, parent=outer)
        if isinstance(node, exp.Subquery):
            return self.bracketed(node, outer)
        if isinstance(node, exp.SetOperation):
            return self.set_operation(node, outer)
        if isinstance(node, exp.Select):
            return self.select(node, outer)
        if isinstance(node, exp.Pivot):
            return self.pivot_statement(node, outer)
        return joining.of_values(node, outer) if isinstance(node, exp.Values) else EMPTY

    def bracketed(self, node: exp.Subquery, outer: Scope) -> Relation:
        self.visit(node, outer)
        if not isinstance(node.this, exp.Table):
            return self.trace(node.this, outer)
        scope = outer.below()
        joining.add(node.this, scope)
        outputs, rest = expanded(exp.Star(), scope)
        return Relation(outputs, rest)

    def table(self, node: exp.Expr, scope: Scope) -> Relation:
        path = path_of(node)
        if not path:
            return EMPTY
        if len(path) == 1 and path[0].lower() in scope.ctes:
            return scope.ctes[path[0].lower()]
        passing = self.passed(path)
        if passing:
            self.reads |= passing.reads
            return passing.relation
        place, stored = self.place(path)
        self.reads.add(place)
        return stored or self.made.get(folded(place)) or of_unknown_table(place)

    def passed(self, path: Path) -> Passing | None:
        return self.passing.get(folded(path)) or self.passing.get(folded(self.catalog.full(path)))

    def place(self, path: Path) -> tuple[Path, Relation | None]:
        """The path of a table as it is stored, and its columns; as it is written when it is not stored."""
        stored = self.catalog.find(path)
        if stored:
            return stored.path, stored.relation
        full = self.catalog.full(path)
        self.unknown.add(full)
        return full, None

    def ctes(self, node: exp.Expr, outer: Scope) -> Mapping[str, Relation]:
        """Those that are visible inside: each sees the ones before it, and itself where it is recursive."""
        with_ = node.args.get("with_")
        if not with_:
            return outer.ctes
        scope = Scope(self.traits, self.trace, dict(outer.ctes), parent=outer)
        known: dict[str, Relation] = {**outer.ctes}
        for cte in with_.expressions:
            scope.ctes = known
            name, names = cte.alias.lower(), cte.alias_column_names
            body = cte.this
            recursive = with_.recursive or self.traits.recursive_unsaid
            if recursive and isinstance(body, exp.SetOperation) and speaks_of(body, name):
                known[name] = self.recursive(body, scope, name, names)
            elif isinstance(body, exp.Query):
                known[name] = self.trace(body, scope).renamed(names)
            else:
                known[name] = self.writing_cte(body)
        return known

    def recursive(self, body: exp.SetOperation, scope: Scope, name: str, names: list[str]) -> Relation:
        """What its first query gives, then what all of it gives of that: twice, for columns that change places."""
        relation = self.trace(parts_of(body)[0], scope).renamed(names)
        for _ in range(2):
            inner = Scope(self.traits, self.trace, {**scope.ctes, name: relation}, parent=scope.parent)
            relation = self.trace(body, inner).renamed(names)
        return relation

    def writing_cte(self, body: exp.Expr) -> Relation:
        self.writes_inside.append(body)
        target = path_of(body.this) if isinstance(body.this, exp.Expr) else ()
        if not target:
            return EMPTY
        place, stored = self.place(target)
        return stored or of_unknown_table(place)

    def pivot_statement(self, node: exp.Pivot, outer: Scope) -> Relation:
        """`PIVOT t ON a USING sum(b) GROUP BY c` of DuckDB: c, and columns that are known when it runs."""
        scope = outer.below()
        joining.add(node.this, scope)
        group = node.args.get("group")
        kept = [self.projected(each, scope)[0] for each in (group.expressions if group else ())]
        using = [origins_of(each, scope) for each in node.args.get("using") or node.expressions]
        return Relation([*kept, Output("*", united(using))])

    def set_operation(self, node: exp.SetOperation, outer: Scope) -> Relation:
        self.visit(node, outer)
        return stacked([self.trace(part, outer) for part in parts_of(node)], by_name=bool(node.args.get("by_name")))

    def select(self, node: exp.Select, outer: Scope) -> Relation:
        scope = outer.below()
        self.fill(scope, node)
        return self.projection(node, scope)

    def projection(self, node: exp.Select, scope: Scope) -> Relation:
        """The columns after SELECT, in a scope that has its sources."""
        scope.windows = {each.name.lower(): each for each in node.args.get("windows") or ()}
        outputs: list[Output] = []
        rests: list[Rest] = []
        for each in node.expressions:
            if is_star(each):
                more, its_rest = expanded(each, scope)
                outputs += more
                rests.append(its_rest)
            else:
                outputs += self.projected(each, scope)
        self.visit(node, scope)
        return Relation(outputs, joined_rest(rests))

    def fill(self, scope: Scope, node: exp.Expr) -> None:
        """Add all sources of FROM and JOIN, then read the conditions of the joins."""
        from_ = node.args.get("from_")
        if from_:
            joining.add(from_.this, scope)
        joins = node.args.get("joins") or []
        for each in joins:
            joining.join(each, scope)
        for each in node.args.get("laterals") or ():
            joining.add(each, scope)
        self.visit_all((each.args.get("on") for each in joins), scope)

    def projected(self, node: exp.Expr, scope: Scope) -> list[Output]:
        """The columns of one expression after SELECT: one, or as many as `AS (a, b)` names."""
        if isinstance(node, exp.Aliases):
            origins = origins_of(node.this, scope)
            return [Output(name.name, origins) for name in node.expressions]
        origins = origins_of(node.this if isinstance(node, exp.Alias) else node, scope)
        name = name_of(node, scope)
        if isinstance(node, exp.Alias):
            scope.aliases.setdefault(name.lower(), origins)
        return [Output(name, origins)]

    def visit(self, node: exp.Expr, scope: Scope) -> None:
        """Read the queries in the other clauses: WHERE, HAVING, ORDER BY, …"""
        for key, value in node.args.items():
            if value and key not in NOT_VISITED:
                self.visit_all(value if isinstance(value, list) else [value], scope)

    def visit_all(self, nodes: Iterable[object], scope: Scope) -> None:
        for node in nodes:
            if isinstance(node, exp.Expr):
                for leaf in leaves(node):
                    if isinstance(leaf, QUERIES):
                        self.trace(leaf, scope)


def speaks_of(body: exp.Expr, name: str) -> bool:
    """Whether a query reads what has this short name."""
    return any(table.name.lower() == name and not table.db for table in body.find_all(exp.Table))


def parts_of(node: exp.Expr) -> list[exp.Expr]:
    """The queries of a UNION of many, which the parser hangs into one another, a thousand deep."""
    parts: list[exp.Expr] = []
    while isinstance(node, exp.SetOperation) and (not parts or not node.args.get("with_")):
        parts.append(node.expression)
        node = node.this
    return [node, *reversed(parts)]
