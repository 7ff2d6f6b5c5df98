"""The one statement of the check: a token by its public id, with its account and the generation, from one snapshot.

Written by hand and read as plain values: the ORM is three quarters of what a look-up costs, and a row built for a wrong
secret alone would take time that an unknown token does not. For the same reason an unknown public id fetches a row,
too: a decoy, which is some other token's.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Self

from django.db import InterfaceError, OperationalError, connection
from django.db.backends.utils import CursorWrapper
from psycopg import Cursor

from accounts.models import Account, Generation
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
  (SELECT public_id FROM tokens_apitoken WHERE public_id = %s), (SELECT min(public_id) FROM tokens_apitoken)
)
"""  # noqa: S608  # our own names
PLACES = {name: place for place, name in enumerate(TOKEN_NAMES)}


@dataclass(frozen=True, slots=True)
class Row:
    """What the database gave for this public id: another token's row, where there is no such token."""

    public_id: str
    values: Sequence[Any]

    def __getitem__(self, column: str) -> Any:
        """A column of the token, as the database spells it."""
        return self.values[PLACES[column]]

    @property
    def is_real(self) -> bool:
        return bool(self["public_id"] == self.public_id)

    @property
    def generation(self) -> int | None:
        """Of the snapshot; None where nobody counts, and nothing may be kept."""
        number: int | None = self.values[-1]
        return number

    def token(self) -> ApiToken:
        """The token with its account, as the ORM would have built them."""
        values = list(self.values[:-1])
        for place, convert in converters(connection.vendor):
            values[place] = convert(values[place])
        token = ApiToken.from_db(connection.alias, TOKEN_NAMES, values[: len(TOKEN)])
        token.account = Account.from_db(connection.alias, ACCOUNT_NAMES, values[len(TOKEN) :])
        return token


def look_up(public_id: str) -> Row | None:
    """One query, on the primary database; None where there is no token at all. Raises django.db.Error.

    On a connection that has gone away since it was last used, the query is made again on a new one; one that answered
    needs no health check (CONN_HEALTH_CHECKS) any more, which would be a query of its own.
    """
    try:
        row = fetch(public_id)
    except (OperationalError, InterfaceError):
        if connection.in_atomic_block or connection.is_usable():
            raise
        connection.close()
        row = fetch(public_id)
    connection.health_check_done = True  # type: ignore[attr-defined]
    return row


def fetch(public_id: str) -> Row | None:
    with cursor() as reading:
        reading.execute(SQL, [public_id])
        values = reading.fetchone()
    return Row(public_id, values) if values else None


class PreparingCursor(Cursor[Any]):
    """Has PostgreSQL parse and plan a statement once a connection, which is half of what it costs."""

    def execute(self, query: Any, params: Any = None, **more: Any) -> Self:
        return super().execute(query, params, prepare=True, **more)


def cursor() -> CursorWrapper:
    """A cursor for SQL; on PostgreSQL, unless prepared statements are off, one that prepares it."""
    if connection.vendor != "postgresql":
        return connection.cursor()
    connection.ensure_connection()
    prepared = PreparingCursor(connection.connection)
    return connection._prepare_cursor(prepared)  # type: ignore[attr-defined,no-any-return]  # noqa: SLF001  # logs, too


@cache
def converters(vendor: str) -> list[tuple[int, Callable[[Any], Any]]]:
    """The columns whose values this database does not give as the ORM would: on SQLite ids and times are text."""
    found = []
    for place, field in enumerate((*TOKEN, *ACCOUNT)):
        column = field.get_col("")
        steps = [*connection.ops.get_db_converters(column), *field.get_db_converters(connection)]
        if steps:
            found.append((place, chained(steps, column)))
    return found


def chained(steps: Sequence[Callable[..., Any]], column: Any) -> Callable[[Any], Any]:
    def convert(value: Any) -> Any:
        for step in steps:
            value = step(value, column, connection)
        return value

    return convert
