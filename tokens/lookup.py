"""The one statement of the check: a token by its public id, with its account and the generation, from one snapshot.

Written by hand and read as plain values: the ORM is three quarters of what a look-up costs, and a row built for a wrong
secret alone would take time that an unknown token does not. For the same reason an unknown public id fetches a row,
too: a decoy, which is some other token's.
"""

import sqlite3
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, Self, TypeVar

from django.conf import settings
from django.db import (
    DEFAULT_DB_ALIAS,
    InterfaceError,
    NotSupportedError,
    OperationalError,
    connection,
    connections,
)
from django.db.backends.utils import CursorWrapper
from django.db.models import DateTimeField, Model
from django.db.models.base import ModelState
from psycopg import Cursor

from accounts.models import Account, Generation
from database.circuits import CircuitBreaker
from database.deadlines import deadline
from database.errors import is_slow
from tokens.models import ApiToken

TOKEN = ApiToken._meta.concrete_fields
ACCOUNT = Account._meta.concrete_fields
TOKEN_NAMES = [field.attname for field in TOKEN]
ACCOUNT_NAMES = [field.attname for field in ACCOUNT]
COLUMNS = ", ".join([f"token.{field.column}" for field in TOKEN] + [f"account.{field.column}" for field in ACCOUNT])
GENERATION = f"(SELECT number FROM accounts_generation WHERE id = {Generation.ONLY})"  # noqa: S608  # our own names
SQL = f"""
SELECT {COLUMNS}, {GENERATION}
FROM tokens_apitoken AS token JOIN accounts_account AS account ON account.id = token.account_id
WHERE token.public_id = COALESCE(
  (SELECT public_id FROM tokens_apitoken WHERE public_id = {{public_id}}), (SELECT min(public_id) FROM tokens_apitoken)
)
"""  # noqa: S608  # our own names
SQL_OF_VENDOR = {"postgresql": SQL.format(public_id="%(public_id)s"), "sqlite": SQL.format(public_id=":public_id")}
COLUMN_INDEXES = {name: index for index, name in enumerate(TOKEN_NAMES)}

Stored = TypeVar("Stored", bound=Model)


@dataclass(frozen=True, slots=True)
class Row:
    """What the database gave for this public id: another token's row, where there is no such token."""

    public_id: str
    values: Sequence[Any]
    database: Any  # Django's wrapper of the connection

    def __getitem__(self, column: str) -> Any:
        """A column of the token, as the database spells it."""
        return self.values[COLUMN_INDEXES[column]]

    @property
    def is_real(self) -> bool:
        return bool(self["public_id"] == self.public_id)

    @property
    def generation(self) -> int | None:
        """The generation of the snapshot; None where the database has no count, and no lease may be taken."""
        number: int | None = self.values[-1]
        return number

    def token(self) -> ApiToken:
        """The token with its account, as the ORM would have built them."""
        values = list(self.values[:-1])
        for index, convert in converters(self.database.vendor):
            values[index] = convert(values[index])
        token = self.instance(ApiToken, TOKEN_NAMES, values[: len(TOKEN)])
        token.account = self.instance(Account, ACCOUNT_NAMES, values[len(TOKEN) :])
        return token

    def instance(self, model: type[Stored], names: Sequence[str], values: Sequence[Any]) -> Stored:
        """What `Model.from_db` makes of a whole row, without signals and without looking at each field."""
        one, state = model.__new__(model), ModelState()
        state.adding, state.db = False, self.database.alias
        one.__dict__.update(zip(names, values, strict=True), _state=state)
        return one


circuit = CircuitBreaker()  # of this process, and of the look-up alone: a lock on its table stops no page


def look_up(public_id: str) -> Row | None:
    """One query, on the primary database; None where there is no token at all.

    Raises django.db.Error: within LOOKUP_TIMEOUT, and at once while it lasts that others have just waited in vain.
    """
    with circuit, deadline(settings.LOOKUP_TIMEOUT):
        return fetch_again_if_stale(public_id)


def fetch_again_if_stale(public_id: str) -> Row | None:
    """The row, asked for again on a new connection when the old one turns out to be stale.

    Stale is one that was closed since it was last used, or whose prepared statement a migration has outdated; but not
    one that was slow to fail. One that answered needs no health check (CONN_HEALTH_CHECKS) in this request, which would
    be a query of its own.
    """
    database: Any = connections[DEFAULT_DB_ALIAS]  # once: each word to Django's `connection` looks for it anew
    used_before = database.connection is not None and not database.in_atomic_block
    try:
        row = fetch(public_id, database)
    except (OperationalError, InterfaceError, NotSupportedError) as error:
        if not used_before or is_slow(error) or (not isinstance(error, NotSupportedError) and database.is_usable()):
            raise
        database.close()
        row = fetch(public_id, database)
    database.health_check_done = True
    return row


def fetch(public_id: str, database: Any) -> Row | None:
    cursor = driver_cursor(database)
    cursor.execute(SQL_OF_VENDOR[database.vendor], {"public_id": public_id})
    rows = cursor.fetchall()  # to the end, where SQLite stops reading
    return Row(public_id, rows[0], database) if rows else None


class PreparingCursor(Cursor[Any]):
    """Has PostgreSQL parse and plan a statement once a connection (and after a rollback): most of what it costs.

    Values come in binary: neither side makes text of ids and times.
    """

    def execute(self, query: Any, params: Any = None, **more: Any) -> Self:
        # For this statement alone: psycopg would keep the text of Django's, values and all.
        self.connection.prepare_threshold = 0 if settings.PREPARED_STATEMENTS else None
        try:
            return super().execute(query, params, prepare=True, binary=True, **more)
        finally:
            self.connection.prepare_threshold = None


cursors = threading.local()  # one cursor for each connection, which is one a thread: making and closing it is dear


def driver_cursor(database: Any) -> CursorWrapper:
    """A cursor that takes SQL in the driver's own form, wrapped by Django, which counts, logs and translates errors."""
    database.ensure_connection()
    raw = database.connection
    cursor = getattr(cursors, "cursor", None)
    if cursor is None or cursor.connection is not raw:
        cursor = cursors.cursor = PreparingCursor(raw) if database.vendor == "postgresql" else sqlite3.Cursor(raw)
    wrapped: CursorWrapper = database._prepare_cursor(cursor)  # noqa: SLF001
    return wrapped


@cache
def converters(vendor: str) -> list[tuple[int, Callable[[Any], Any]]]:
    """How to convert the values that this database does not give as the ORM would, by their index in the row.

    On SQLite ids and times are text.
    """
    conversions: list[tuple[int, Callable[[Any], Any]]] = []
    for index, field in enumerate((*TOKEN, *ACCOUNT)):
        if vendor == "sqlite" and isinstance(field, DateTimeField):
            conversions.append((index, in_utc))
            continue
        column = field.get_col("")
        steps = [*connection.ops.get_db_converters(column), *field.get_db_converters(connection)]
        if steps:
            conversions.append((index, chain(steps, column)))
    return conversions


def in_utc(value: datetime | None) -> datetime | None:
    """A time of SQLite's with its zone. Django's way to say that takes ten times as long, for each of a row's times."""
    return value.replace(tzinfo=UTC) if value else None


def chain(steps: Sequence[Callable[..., Any]], column: Any) -> Callable[[Any], Any]:
    def convert(value: Any) -> Any:
        for step in steps:
            value = step(value, column, connection)
        return value

    return convert
