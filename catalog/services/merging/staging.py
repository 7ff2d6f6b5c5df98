"""The rows of files in temporary tables of this connection, where SQL checks, compares and merges them.

On PostgreSQL they are made and used in the merge's transaction; on SQLite before it, for there a transaction that
writes is alone. They are gone when the `with` block ends.
"""

import secrets
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import connection, models

from accounts.models import Account
from catalog.models import Source
from catalog.services.merging.kinds import MOMENT, OWNER, USER, Kind, Said

ROWS_AT_ONCE = 5_000  # of one `executemany` on SQLite

# Columns of every stage beside the values: file and row are for the report, `usable` is false for a row that is only
# present, because something is wrong with it.
HEAD = ("file", "row", "line", "external_id", "parent", "usable")
SAID_HEAD = ("file", "row", "line", "usable")


class Stage:
    """One source's rows of an import; `source` and its account are the only ones that anything here touches.

    Without a source (manual lineage) the rows are the account's.
    """

    def __init__(self, source: Source | None, kinds: Sequence[Kind], *, account: Account | None = None) -> None:
        owner = account or (source and source.account)
        assert owner
        self.source, self.account = source, owner
        self.kinds = tuple(kinds)
        self.loaded: dict[Kind, int] = {}  # in the order of `kinds` when the merge begins
        self.parameters: dict[str, Any] = {"source": source and stored_id(source.pk), "account": owner.pk}
        self.absent: dict[Kind, frozenset[str]] = {}
        self.made: list[str] = []
        self.on_postgresql = connection.vendor == "postgresql"
        self.ids, self.moments = ("uuid", "timestamptz") if self.on_postgresql else ("text", "text")  # as types
        self.source_id = "CAST(%(source)s AS uuid)" if self.on_postgresql else "%(source)s"  # as SQL, in a SELECT

    def load(self, kind: Kind, rows: Iterable[Sequence[Any]], *, absent: Collection[str] = ()) -> int:
        """Stage these rows, each as HEAD, the kind's values and its extras in their order; returns their number so far.

        Values that are `absent` from a file are null in its rows, and what is stored of them stays.
        """
        if kind not in self.loaded:
            self.make_stage(kind)
            self.loaded[kind] = 0
        self.absent[kind] = self.absent.get(kind, frozenset()) | frozenset(absent)
        numbered = ((number, *row) for number, row in enumerate(rows, self.loaded[kind] + 1))
        self.loaded[kind] += self.copy(kind.stage, ("n", *HEAD, *kind.values, *kind.extras), numbered)
        return self.loaded[kind]

    def load_said(self, said: Said, rows: Iterable[Sequence[Any]]) -> int:
        """Stage what a file says that is no asset, each row as SAID_HEAD and the columns; returns their number."""
        columns = "".join(
            f', "{name}" {self.moments if sort == MOMENT else sort}' for name, sort in said.columns.items()
        )
        head = "file integer NOT NULL, row integer NOT NULL, line integer NOT NULL, usable boolean NOT NULL"
        self.make(said.stage, f"(n integer PRIMARY KEY, {head}{columns})")
        numbered = ((number, *row) for number, row in enumerate(rows, 1))
        count = self.copy(said.stage, ("n", *SAID_HEAD, *said.columns), numbered)
        self.analyze(said.stage)
        return count

    def usable(self, said: Said) -> int:
        """How many of its rows are."""
        [(number,)] = self.fetch(f"SELECT count(*) FROM {said.stage} WHERE usable")
        return int(number)

    def copy(self, table: str, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
        """Write these rows into a temporary table; returns their number."""
        columns = ", ".join(f'"{name}"' for name in names)
        count = 0
        if self.on_postgresql:
            with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
                    count += 1
        else:
            marks = ", ".join(["%s"] * len(names))
            several = iter(rows)
            with connection.cursor() as cursor:
                while some := list(islice(several, ROWS_AT_ONCE)):
                    cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", some)
                    count += len(some)
        return count

    def has_below(self, kind: Kind) -> bool:
        """Whether rows of another kind lie in rows of this one, or belong to it."""
        return any(other.parent is kind or (OWNER in other.extras and kind is USER) for other in self.kinds)

    def make_stage(self, kind: Kind) -> None:
        values = "".join(f', "{name}" {sql_type(kind.field(name))}' for name in kind.values)
        values += "".join(f', "{name}" text' for name in kind.extras)
        self.make(
            kind.stage,
            "(n integer PRIMARY KEY, file integer NOT NULL, row integer NOT NULL, line integer NOT NULL, "
            f"external_id text NOT NULL, parent text, usable boolean NOT NULL{values})",
        )

    def make(self, table: str, definition: str, **parameters: Any) -> None:
        """A temporary table, by its columns or by `AS SELECT …`."""
        self.execute(f"CREATE TEMPORARY TABLE {table} {definition}", **parameters)
        self.made.append(table)

    def ready(self) -> None:
        """After the last row: indexes and statistics, without which the planner takes every stage for an empty one."""
        for kind in self.loaded:
            self.index(kind.stage, "external_id")
            self.analyze(kind.stage)

    def index(self, table: str, *columns: str) -> None:
        self.execute(f"CREATE INDEX {table}_{'_'.join(columns)} ON {table} ({', '.join(columns)})")

    def analyze(self, table: str) -> None:
        """SQLite needs none for its temporary tables: their indexes are the only way in."""
        if connection.vendor == "postgresql":
            self.execute(f"ANALYZE {table}")

    def execute(self, statement: str, **parameters: Any) -> int:
        """Returns the number of rows that it touched."""
        with connection.cursor() as cursor:
            cursor.execute(statement, self.parameters | parameters)
            return int(cursor.rowcount)

    def fetch(self, statement: str, **parameters: Any) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(statement, self.parameters | parameters)
            return list(cursor.fetchall())

    def drop(self) -> None:
        self.remove(*reversed(self.made))

    def remove(self, *tables: str) -> None:
        for table in tables:
            self.execute(f"DROP TABLE IF EXISTS {table}")
            self.made.remove(table)


@contextmanager
def staged(source: Source | None, kinds: Sequence[Kind], *, account: Account | None = None) -> Iterator[Stage]:
    """A stage for these kinds; what it made is dropped at the end, unless the transaction took it away already."""
    stage = Stage(source, kinds, account=account)
    try:
        yield stage
    except BaseException:
        if not (stage.on_postgresql and connection.in_atomic_block):  # else the transaction takes them with it
            stage.drop()
        raise
    stage.drop()


def sql_type(field: "models.Field[Any, Any]") -> str:
    """What holds a value of this field in a stage: without its length, which the reader has seen to."""
    if isinstance(field, models.IntegerField):
        return "integer"
    return "boolean" if isinstance(field, models.BooleanField) else "text"


def stored_id(pk: UUID) -> UUID | str:
    """An id as the database keeps it."""
    return pk if connection.vendor == "postgresql" else pk.hex


def new_ids(prefix: str) -> str:
    """SQL for the id of a new row from its number `s.n`: as `catalog.ids.uuid7`, whose last 32 bits are the number."""
    if connection.vendor == "postgresql":
        return f"CAST('{prefix}' || lpad(to_hex(s.n), 8, '0') AS uuid)"
    return f"'{prefix}' || printf('%%08x', s.n)"


def id_prefix() -> str:
    """The first 24 hexadecimal digits of the ids of one kind in one import: time, version 7, 42 random bits."""
    bits = int(time.time() * 1000) << 48 | 7 << 44 | secrets.randbits(12) << 32 | 2 << 30 | secrets.randbits(30)
    return f"{bits:024x}"


def stored_time(moment: datetime | None) -> Any:
    """A time as the database keeps it."""
    return None if moment is None else connection.ops.adapt_datetimefield_value(moment)


def json_items(expression: str) -> str:
    """SQL in FROM: the items of a JSON list of texts, as `item.value`."""
    if connection.vendor == "postgresql":
        return f"jsonb_array_elements_text(CAST({expression} AS jsonb)) AS item(value)"
    return f"json_each({expression}) AS item"


def json_object(pairs: Mapping[str, str]) -> str:
    """SQL for an object of these names and expressions."""
    function = "jsonb_build_object" if connection.vendor == "postgresql" else "json_object"
    given = ", ".join(f"'{name}', {expression}" for name, expression in pairs.items())
    return f"{function}({given})"
