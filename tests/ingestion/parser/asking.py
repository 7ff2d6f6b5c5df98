"""What the parser says of a text, short enough for one line of a test."""

from ingestion.parser.answers import Traced
from ingestion.parser.naming import StoredTable
from ingestion.parser.texts import trace

STORED = {"db.s.t": ["id", "a", "b", "arr"], "db.s.u": ["id", "c", "d"], "db.s.v": ["id", "a", "z"]}


def traced(sql, dialect="", stored=None, **more) -> list[Traced]:
    tables = [StoredTable(tuple(name.split(".")), columns) for name, columns in (stored or {}).items()]
    return trace(sql, dialect=dialect, tables=tables, **more)


def edges(sql, dialect="", stored=None, **more) -> set[str]:
    """As `t.a > w.b`; `t.a > b` of a bare query."""
    return {
        f"{'.'.join((*(parent or ()), column))} > {'.'.join((*(child or ()), name))}"
        for each in traced(sql, dialect, stored, **more)
        for (parent, column), (child, name), _ in each.edges
    }


def moved(sql, dialect="", stored=None, **more) -> list[tuple[str, list[str]]]:
    """The target and the sources of each statement that has any."""
    return [
        (".".join(each.target or ()), [".".join(source) for source in each.sources])
        for each in traced(sql, dialect, stored, **more)
        if each.target or each.sources
    ]


def columns(sql, dialect="", stored=None, **more) -> list[str]:
    """Those that the last statement gives."""
    return traced(sql, dialect, stored, **more)[-1].output_columns


def outcomes(sql, dialect="", **more) -> list[str]:
    return [each.outcome for each in traced(sql, dialect, **more)]
