"""A text to its answer: what each statement reads and writes, and an edge for each column that goes into another."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect

from ingestion.parser.answers import Edge, End, Traced
from ingestion.parser.commands import commanded
from ingestion.parser.cutting import Piece, pieces, unwatched
from ingestion.parser.dialects import TRIED, Traits, traits_of
from ingestion.parser.limits import TooCostly
from ingestion.parser.naming import NO_DEFAULT, Catalog, Default, StoredTable, folded, made_of, path_of
from ingestion.parser.passing import dropped, made_in_passing, renamed
from ingestion.parser.queries import Passing, Reader
from ingestion.parser.relations import Origin, Output, Path, Relation, stacked
from ingestion.parser.statements import written
from ingestion.parser.writing import Written


def trace(
    sql: str,
    *,
    dialect: str | None,
    tables: Sequence[StoredTable] = (),
    default: Default = NO_DEFAULT,
    target: Path | None = None,
    begun: Callable[[int], bool] = unwatched,
) -> list[Traced]:
    """Each statement of a text. `target` is what a bare query feeds: the view, or the model, whose text it is.

    `begun` is told the number of each part between two `;` before it is read, and says whether it is to be.
    """
    name, found = read(sql, dialect, begun)
    text = Text(Dialect.get_or_raise(name), traits_of(name), Catalog(tables, default), target)
    return list(text.traced(found, begun))


def read(sql: str, dialect: str | None, begun: Callable[[int], bool]) -> tuple[str, list[Piece]]:
    """The dialect, and the pieces that it reads: the first that reads all, else the one that reads most."""
    best: tuple[str, list[Piece]] | None = None
    for name in (dialect,) if dialect is not None else TRIED:
        found = list(pieces(sql, Dialect.get_or_raise(name), begun))
        if best is None or misread(found) < misread(best[1]):
            best = (name, found)
        if not misread(found):
            break
    assert best is not None
    return best


def misread(found: Sequence[Piece]) -> int:
    return sum(each.misread for each in found)


@dataclass
class Text:
    """What is known while the statements of a text are read in their order."""

    dialect: Dialect
    traits: Traits
    catalog: Catalog
    target: Path | None
    passing: dict[Path, Passing] = field(default_factory=dict)
    made: dict[Path, Relation] = field(default_factory=dict)

    def traced(self, found: Sequence[Piece], begun: Callable[[int], bool]) -> Iterator[Traced]:
        number, gone = 0, made_in_passing(statement for piece in found for statement in piece.statements)
        for place, piece in enumerate(found, 1):
            if piece.failed or piece.too_costly or not begun(place):
                number += 1
                yield Traced(number, "failed" if piece.failed else "too_costly")
                continue
            for statement in piece.statements:
                number += 1
                yield from self.statement(statement, number, id(statement) in gone)

    def statement(self, statement: exp.Expr, number: int, gone: bool) -> Iterator[Traced]:
        if isinstance(statement, exp.Use):
            self.use(statement)
        self.forget(dropped(statement))
        reader = Reader(self.traits, self.catalog, self.passing, self.made)
        if isinstance(statement, exp.Command):
            writes = commanded(statement, reader, self.dialect)
        else:
            writes = written(statement, reader)
        try:
            all_written = list(writes)
        except (TooCostly, RecursionError, MemoryError):
            yield Traced(number, "too_costly")
            return
        except Exception:  # noqa: BLE001  # an odd tree must not lose the other statements, and there are many odd ones
            yield Traced(number, "failed")
            return
        for each in all_written or [Written()]:
            yield self.answer(each, reader, number, gone)
        self.forget(old for old, _ in renamed(statement))

    def answer(self, each: Written, reader: Reader, number: int, gone: bool) -> Traced:
        full = self.catalog.full(each.target) if each.target else ()
        if self.passes(each, full, gone):
            self.pass_on(each, full, reader)
            return Traced(number, "traced", sources=sorted(reader.reads), unknown=sorted(reader.unknown))
        target, columns = self.place(each, reader)
        if each.creates and target and columns is None:
            self.made[folded(target)] = made_of(each.outputs, target)
        return Traced(
            number,
            outcome="traced" if reader.reads or target else "nothing",
            target=target,
            sources=sorted(reader.reads - {target} if target else reader.reads),
            edges=list(edges(target, columns, each.outputs)),
            output_columns=[output.name for output in each.outputs],
            unknown=sorted(reader.unknown),
        )

    def place(self, each: Written, reader: Reader) -> tuple[Path | None, Mapping[str, str] | None]:
        """The target as it is stored, and its columns; None for those of a table that is not stored."""
        path = each.target or self.target
        if not path:
            return None, None
        stored = self.catalog.find(path)
        if stored:
            return stored.path, stored.columns or None
        return reader.place(path)[0], None

    def passes(self, each: Written, full: Path, gone: bool) -> bool:
        """Whether the target does not outlive the text."""
        if not each.target:
            return False
        path = folded(full)
        return each.temporary or path in self.passing or path[-1].startswith("#") or gone

    def pass_on(self, each: Written, full: Path, reader: Reader) -> None:
        """Keep what a passing table is made of: all that was written into it so far."""
        before = None if each.creates else self.passing.get(folded(full))
        relation = each.relation if not each.outputs else Relation(each.outputs, each.relation.rest)
        if before:
            parts = [part for part in (before.relation, relation) if part.outputs or part.rest]
            relation = stacked(parts) if parts else relation
        reads = frozenset(reader.reads) | (before.reads if before else frozenset())
        self.passing[folded(full)] = Passing(relation, reads)

    def use(self, statement: exp.Use) -> None:
        kind = statement.args.get("kind")
        path = path_of(statement.this) if isinstance(statement.this, exp.Expr) else ()
        if path:
            self.catalog.use(path, kind.name.upper() if kind else "", levels=self.traits.levels)

    def forget(self, paths: Iterable[Path]) -> None:
        for each in paths:
            path = folded(self.catalog.full(each))
            self.passing.pop(path, None)
            self.made.pop(path, None)


def edges(target: Path | None, columns: Mapping[str, str] | None, outputs: Sequence[Output]) -> Iterator[Edge]:
    """From each column to each that is made of it. A stored table gets edges at its stored columns alone."""
    seen: dict[tuple[End, End], bool] = {}
    for output in outputs:
        name = output.name if columns is None else columns.get(output.name.lower())
        if name is None:
            continue
        for origin in output.origins:
            if origin.table != target:
                key = ((origin.table, origin.column), (target, name))
                seen[key] = seen.get(key, False) or is_exact(origin, target, columns)
    for (parent, child), exact in sorted(seen.items(), key=repr):
        yield parent, child, "exact" if exact else "inferred"


def is_exact(origin: Origin, target: Path | None, columns: Mapping[str, str] | None) -> bool:
    return origin.sure and (target is None or columns is not None)
