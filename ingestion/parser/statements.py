"""A statement of any kind to what it writes."""

from collections.abc import Callable, Iterator, Sequence

from sqlglot import exp

from ingestion.parser import changing, creating
from ingestion.parser.queries import Reader
from ingestion.parser.writing import Written

WRITERS: Sequence[tuple[type | tuple[type, ...], Callable[..., Iterator[Written]]]] = (
    ((exp.Select, exp.SetOperation, exp.Subquery, exp.Pivot), creating.query),
    (exp.Create, creating.create),
    (exp.Declare, creating.declare),
    (exp.Alter, creating.alter),
    (exp.Copy, creating.copy),
    (exp.LoadData, creating.load),
    (exp.Export, creating.export),
    (exp.Insert, changing.insert),
    (exp.Update, changing.update),
    (exp.Merge, changing.merge),
    (exp.Delete, changing.delete),
    (exp.MultitableInserts, changing.many),
)


def written(statement: exp.Expr, reader: Reader) -> Iterator[Written]:
    """One for each target. Nothing for what neither reads nor writes rows: DROP, SHOW, GRANT, …"""
    for kinds, write in WRITERS:
        if isinstance(statement, kinds):
            yield from write(statement, reader)
            break
    while reader.writes_inside:
        yield from written(reader.writes_inside.pop(), reader)
