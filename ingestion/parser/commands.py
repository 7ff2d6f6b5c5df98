"""Statements that the parser keeps as text, and that move rows."""

import re
from collections.abc import Iterator

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import SqlglotError

from ingestion.parser.queries import Reader
from ingestion.parser.relations import Path
from ingestion.parser.statements import written
from ingestion.parser.writing import Written

UNLOAD = re.compile(
    r"\s*\(\s*(?:'(?P<quoted>(?:[^']|'')*)'|\$\$(?P<dollars>.*?)\$\$|(?P<bare>.*))\s*\)\s*to\s*'(?P<to>[^']*)'",
    re.IGNORECASE | re.DOTALL,
)
COPIED = re.compile(
    r"\s*(?:or\s+replace\s+)?(?:snapshot\s+)?table\s+(?:if\s+not\s+exists\s+)?(?P<to>\S+)\s+"
    r"(?:deep\s+|shallow\s+)?(?:clone|copy)\s+(?P<of>[^\s;]+)",
    re.IGNORECASE,
)
MOVED = re.compile(
    r"\s*table\s+(?P<to>\S+)\s+(?:exchange\s+partition\s*\(.*\)\s*with\s+table|append\s+from)\s+(?P<of>\S+)",
    re.IGNORECASE | re.DOTALL,
)


def commanded(statement: exp.Command, reader: Reader, dialect: Dialect) -> Iterator[Written]:
    """UNLOAD and APPEND FROM of Redshift, EXCHANGE PARTITION of Hive, REPLACE of MySQL, CLONE and COPY of others."""
    head = str(statement.this).upper()
    body = statement.args.get("expression") or ""
    text = body if isinstance(body, str) else body.name
    if head == "REPLACE":
        for inner in parsed(f"INSERT {text}", dialect):
            yield from written(inner, reader)
    elif head == "UNLOAD" and (unload := UNLOAD.match(text)):
        query = unload["dollars"] or unload["bare"] or unload["quoted"].replace("''", "'")
        for inner in parsed(query, dialect):
            for each in written(inner, reader):
                yield Written((unload["to"],), each.outputs)
    elif head == "ALTER" and (moved := MOVED.match(text)):
        source = path_in(moved["of"])
        reader.reads.add(reader.place(source)[0])
        yield Written(path_in(moved["to"]))
    elif head == "CREATE" and (copied := COPIED.match(text)):
        for inner in parsed(f"SELECT * FROM {copied['of']}", dialect):  # noqa: S608  # nobody runs it
            yield from (Written(path_in(copied["to"]), each.outputs, creates=True) for each in written(inner, reader))


def parsed(sql: str, dialect: Dialect) -> list[exp.Expr]:
    try:
        return [each for each in dialect.parse(sql) if each is not None]
    except SqlglotError:
        return []


def path_in(name: str) -> Path:
    return tuple(part.strip('`"') for part in name.split("."))
