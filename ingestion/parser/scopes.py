"""Which names an expression may use, and what they are made of.

A column without a table belongs to the one source that surely has it, else to the only one that may, else to none:
never to two, and never to a stored table that does not have it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlglot import exp

from ingestion.parser.dialects import Traits
from ingestion.parser.naming import common_end, folded
from ingestion.parser.relations import NOTHING, Origins, Output, Path, Relation, united, unsure


@dataclass
class Source:
    """Something in FROM, under the name that expressions call it by."""

    name: str  # in lower case; "" without one
    relation: Relation
    path: Path = ()  # as written, in lower case: `schema.table.column` is a name, too
    hidden: bool = False  # after SEMI and ANTI, for conditions alone
    using: tuple[str, ...] = ()  # the columns, in lower case, that it shares with the sources before it


@dataclass
class Scope:
    """What the expressions of one SELECT see."""

    traits: Traits
    trace: Callable[[exp.Expr, "Scope"], Relation]  # what a query inside an expression gives
    ctes: Mapping[str, Relation]
    parent: "Scope | None" = None
    sources: list[Source] = field(default_factory=list)
    merged: dict[str, Sequence[Source]] = field(default_factory=dict)  # by USING
    windows: Mapping[str, exp.Expr] = field(default_factory=dict)  # WINDOW w AS (…)
    aliases: dict[str, Origins] = field(default_factory=dict)  # of the columns that were read before, left to right

    def below(self) -> "Scope":
        """Of a query inside, which sees these names behind its own."""
        return Scope(self.traits, self.trace, self.ctes, parent=self)

    def chain(self) -> Iterator["Scope"]:
        scope: Scope | None = self
        while scope:
            yield scope
            scope = scope.parent

    def column(self, parts: Sequence[str]) -> Origins:
        """What `a`, `t.a`, `s.t.a` or `t.a.field` is made of; nothing when that cannot be said."""
        if len(parts) == 1:
            return self.unqualified(parts[0])
        for scope in self.chain():
            for length in range(len(parts) - 1, 0, -1):
                source = scope.named(parts[:length])
                if source:
                    return of_source(source, parts[length:])
        if self.traits.structs or any(scope.surely(parts[0]) for scope in self.chain()):
            return self.unqualified(parts[0], parts[1:])
        return NOTHING

    def named(self, parts: Sequence[str]) -> Source | None:
        """The source that a qualifier means."""
        wanted = folded(tuple(parts))
        if len(wanted) == 1:
            names = (wanted[0], f"#{wanted[0]}")  # `#t.a` of T-SQL is read as t.a
            return next((source for source in self.sources if source.name in names), None)
        return next((s for s in self.sources if s.path and common_end(s.path, wanted) == len(wanted)), None)

    def surely(self, name: str) -> list[Source]:
        return [source for source in self.sources if not source.hidden and source.relation.has(name)]

    def unqualified(self, name: str, fields: Sequence[str] = ()) -> Origins:
        for scope in self.chain():
            found = scope.own(name, fields)
            if found is not None:
                return found
        return NOTHING

    def own(self, name: str, fields: Sequence[str] = ()) -> Origins | None:
        """What this name means here; None when it means nothing here, and an outer query may know it."""
        low = name.lower()
        if low in self.merged:
            return united(of_source(source, (name, *fields)) for source in self.merged[low])
        surely, may = self.surely(name), self.maybe()
        if surely:
            return self.of_one(surely[0], (name, *fields), others=may) if len(surely) == 1 else NOTHING
        if low in self.aliases and (self.traits.lateral_aliases or not may):
            return self.aliases[low]
        if not may and low in {source.name for source in self.sources}:
            return self.whole_row(low)
        if not may or name.upper() in self.traits.constants:
            return None
        return of_source(may[0], (name, *fields)) if len(may) == 1 else NOTHING

    def whole_row(self, name: str) -> Origins:
        """Of `SELECT t FROM t`: all its columns."""
        outputs = next(source.relation.outputs for source in self.sources if source.name == name)
        return unsure(united(output.origins for output in outputs))

    def maybe(self) -> list[Source]:
        """Sources that may have a column of any name: tables, if there is one, before functions."""
        may = [source for source in self.sources if source.relation.rest and not source.hidden]
        return [source for source in may if source.relation.is_table_like] or may

    @staticmethod
    def of_one(source: Source, parts: Sequence[str], *, others: Sequence[Source]) -> Origins:
        origins = of_source(source, parts)
        return unsure(origins) if any(other is not source for other in others) else origins


def of_source(source: Source, parts: Sequence[str]) -> Origins:
    """Of a column of this source, or of a field of a struct: as `struct.field` where that is what is stored."""
    dotted = ".".join(parts).lower()
    if len(parts) > 1 and dotted in source.relation.fields:
        return frozenset(
            origin._replace(column=".".join((origin.column, *parts[1:])))
            for origin in source.relation.column(parts[0]) or NOTHING
        )
    return source.relation.column(parts[0]) or NOTHING


def outputs_of(scope: Scope) -> list[Output]:
    """All that `SELECT *` would give, but for what USING merges."""
    return [output for source in scope.sources if not source.hidden for output in source.relation.outputs]
