"""What a statement writes, and what those that write have in common."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlglot import exp

from ingestion.parser import joining
from ingestion.parser.naming import path_of
from ingestion.parser.queries import Reader
from ingestion.parser.relations import EMPTY, Output, Path, Relation
from ingestion.parser.scopes import Scope


@dataclass
class Written:
    """What one statement writes: its target, () when it only reads, and the columns of what is written."""

    target: Path = ()
    outputs: Sequence[Output] = ()
    creates: bool = False
    temporary: bool = False
    relation: Relation = field(default=EMPTY)


def stored_names(into: exp.Expr, target: Path, reader: Reader, count: int) -> list[str]:
    """The target's columns that a query of so many columns fills, which are all but those that PARTITION sets."""
    passing, stored = reader.passed(target), reader.catalog.find(target)
    relation = passing.relation if passing else stored.relation if stored else EMPTY
    partition = into.args.get("partition")
    fixed = {each.this.name.lower() for each in partition.find_all(exp.EQ)} if partition else set()
    names = [output.name for output in relation.outputs if output.name.lower() not in fixed]
    return names if count <= len(names) and "*" not in names else []


def add_target(node: exp.Expr, scope: Scope, reader: Reader) -> None:
    """A target is a source of columns, which does not make it one that is read."""
    before = {*reader.reads}
    joining.add(node, scope)
    target = path_of(node)
    if target:
        reader.reads -= {reader.place(target)[0]} - before
