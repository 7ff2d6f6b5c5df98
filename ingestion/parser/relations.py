"""What a table or a query gives: its columns, and the stored columns that each is made of."""

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import NamedTuple

Path = tuple[str, ...]
"""Database, schema, table: as many of them as are known."""


class Origin(NamedTuple):
    """A column of a table that a value is made of."""

    table: Path
    column: str
    sure: bool  # the table is stored and has it, and no other could be meant


Origins = frozenset[Origin]
NOTHING: Origins = frozenset()


class Output(NamedTuple):
    """A column that a relation gives: "" without a name, "*" for columns that nobody knows."""

    name: str
    origins: Origins


class Unknown(NamedTuple):
    """Something that may have a column of any name: a table that is not stored, or a function that makes rows."""

    table: Path | None
    origins: Origins  # of what the function was given

    def column(self, name: str) -> Origins:
        return self.origins if self.table is None else frozenset({Origin(self.table, name, sure=False)})


Rest = tuple[tuple[Unknown, ...], ...]
"""Beside the known columns: a branch for each query of a UNION, in it those of which one may have the column."""


class Relation:
    """Columns in their order, and what it may have beside them."""

    def __init__(self, outputs: Sequence[Output], rest: Rest = (), fields: frozenset[str] = frozenset()) -> None:
        self.outputs = outputs
        self.rest = rest
        self.fields = fields  # of structs, as `struct.field`, in lower case

    @cached_property
    def by_name(self) -> dict[str, Origins]:
        """Under names in lower case; of two columns of one name the first."""
        return {output.name.lower(): output.origins for output in reversed(self.outputs) if output.name != "*"}

    def has(self, name: str) -> bool:
        return name.lower() in self.by_name

    @property
    def is_table_like(self) -> bool:
        """Whether a table may have the unknown columns, not a function alone."""
        return any(unknown.table is not None for branch in self.rest for unknown in branch)

    def column(self, name: str) -> Origins | None:
        """What this column is made of; None when there surely is none of the name."""
        known = self.by_name.get(name.lower())
        if known is not None:
            return known
        meant = [unknown for branch in self.rest if (unknown := only(branch))]
        return united(unknown.column(name) for unknown in meant) if self.rest else None

    def renamed(self, names: Sequence[str]) -> "Relation":
        """With the names of `AS t (a, b)`. What is unknown cannot be counted and keeps its names."""
        if not names or any(output.name == "*" for output in self.outputs[: len(names)]):
            return self
        outputs = [Output(name, output.origins) for name, output in zip(names, self.outputs, strict=False)]
        if not self.outputs and self.rest:  # a function's, which only now have names
            of_it = united(unknown.origins for branch in self.rest for unknown in branch)
            return Relation([Output(name, of_it) for name in names])
        return Relation([*outputs, *self.outputs[len(names) :]], self.rest)


EMPTY = Relation(())


def only(branch: tuple[Unknown, ...]) -> Unknown | None:
    """The one that surely is meant: the only table, or without tables the only function."""
    tables = [unknown for unknown in branch if unknown.table is not None] or list(branch)
    return tables[0] if len(tables) == 1 else None


def joined_rest(rests: Iterable[Rest]) -> Rest:
    """What a join may have beside its known columns. One UNION alone keeps its branches."""
    different = [rest for rest in dict.fromkeys(rests) if rest]
    if len(different) < 2:
        return different[0] if different else ()
    return (tuple(dict.fromkeys(unknown for rest in different for branch in rest for unknown in branch)),)


def united(many: Iterable[Origins]) -> Origins:
    return NOTHING.union(*many)


def unsure(origins: Origins) -> Origins:
    """The same, as a guess."""
    return frozenset(origin._replace(sure=False) for origin in origins)


def of_unknown_table(path: Path) -> Relation:
    return Relation([Output("*", frozenset({Origin(path, "*", sure=False)}))], ((Unknown(path, NOTHING),),))


def of_function(origins: Origins, names: Sequence[str] = ()) -> Relation:
    """Rows that a function makes of what it was given."""
    return Relation([Output(name, origins) for name in names], ((Unknown(None, origins),),))


class Stacked(Relation):
    """What a UNION by name gives, and one where stars hide the positions: a name means that column of each query."""

    def __init__(self, parts: Sequence[Relation]) -> None:
        names = dict.fromkeys(output.name for part in parts for output in part.outputs)
        rest = tuple(dict.fromkeys(branch for part in parts for branch in part.rest))
        super().__init__([Output(name, united(known(part, name) for part in parts)) for name in names], rest)
        self.parts = parts

    def column(self, name: str) -> Origins | None:
        found = [origins for part in self.parts if (origins := part.column(name)) is not None]
        return united(found) if found else None


def known(part: Relation, name: str) -> Origins:
    """What one query of a UNION surely gives for this column."""
    if name == "*":
        return united(output.origins for output in part.outputs if output.name == "*")
    return part.by_name.get(name.lower(), NOTHING)


def stacked(parts: Sequence[Relation], *, by_name: bool = False) -> Relation:
    """What a UNION gives: by position, under the first one's names."""
    if len(parts) == 1:
        return parts[0]
    if by_name or any(output.name == "*" for part in parts for output in part.outputs):
        return Stacked(parts)
    outputs = [
        Output(output.name, united(part.outputs[place].origins for part in parts if place < len(part.outputs)))
        for place, output in enumerate(parts[0].outputs)
    ]
    return Relation(outputs, tuple(dict.fromkeys(branch for part in parts for branch in part.rest)))
