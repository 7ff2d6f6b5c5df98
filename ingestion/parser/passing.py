"""Tables that a text makes and that are gone when it ends: dropped, or given another name.

So `CREATE TABLE new …; ALTER TABLE t RENAME TO old; ALTER TABLE new RENAME TO t; DROP TABLE old` writes t alone.
"""

from collections import defaultdict
from collections.abc import Iterable

from sqlglot import exp

from ingestion.parser.naming import folded, path_of
from ingestion.parser.relations import Path


def made_in_passing(statements: Iterable[exp.Expr]) -> set[int]:
    """The `id` of each statement whose target does not outlive the text, under the name that it has there."""
    makers: dict[Path, int] = {}
    writers: dict[Path, list[int]] = defaultdict(list)
    gone: set[int] = set()
    for statement in statements:
        for path in dropped(statement):
            if path in makers:
                gone.add(makers.pop(path))
        for old, new in renamed(statement):
            gone.update(writers.pop(old, ()))
            makers.pop(old, None)
            makers[new] = id(statement)
            writers[new].append(id(statement))
        if isinstance(statement, (exp.Create, exp.Insert)) and isinstance(statement.this, exp.Expr):
            path = folded(path_of(statement.this))
            writers[path].append(id(statement))
            if isinstance(statement, exp.Create):
                makers[path] = id(statement)
    return gone


def dropped(statement: exp.Expr) -> list[Path]:
    """The tables that a DROP names."""
    if not isinstance(statement, exp.Drop):
        return []
    tables = statement.args.get("tables") or [statement.this]
    return [folded(path) for table in tables if isinstance(table, exp.Expr) and (path := path_of(table))]


def renamed(statement: exp.Expr) -> list[tuple[Path, Path]]:
    """The old and the new names of ALTER TABLE … RENAME. A new one without a schema has that of the old one."""
    if not isinstance(statement, exp.Alter):
        return []
    old = path_of(statement.this)
    news = [
        path_of(action.this) for action in statement.args.get("actions") or () if isinstance(action, exp.AlterRename)
    ]
    return [(folded(old), folded(new_path(old, new))) for new in news if old and new]


def new_path(old: Path, new: Path) -> Path:
    """`ALTER TABLE s.a RENAME TO b` makes s.b."""
    return (*old[: max(0, len(old) - len(new))], *new)
