"""The one statement of the check: a token by its public id, with its account and the generation, from one snapshot.

Written by hand and read as plain values: the ORM is three quarters of what a look-up costs, and a row built for a
wrong secret alone would take time that an unknown token does not.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import connection

from accounts.models import Account, Generation
from tokens.models import ApiToken

TOKEN = ApiToken._meta.concrete_fields
ACCOUNT = Account._meta.concrete_fields
COLUMNS = ", ".join([f"token.{field.column}" for field in TOKEN] + [f"account.{field.column}" for field in ACCOUNT])
SQL = f"""
SELECT {COLUMNS}, (SELECT number FROM accounts_generation WHERE id = {Generation.ONLY})
FROM tokens_apitoken AS token JOIN accounts_account AS account ON account.id = token.account_id
WHERE token.public_id = %s
"""  # noqa: S608  # the names in it are our own
PLACES = {field.attname: place for place, field in enumerate(TOKEN)}


@dataclass(frozen=True, slots=True)
class Row:
    """What the database gave. `generation` is None when nobody counts: then nothing may be kept."""

    values: tuple[Any, ...]

    def __getitem__(self, column: str) -> Any:
        """A column of the token, as the database spells it."""
        return self.values[PLACES[column]]

    @property
    def generation(self) -> int | None:
        number: int | None = self.values[-1]
        return number

    def token(self) -> ApiToken:
        """The token with its account, as the ORM would have built them."""
        values = list(self.values[:-1])
        for place, convert in converters():
            values[place] = convert(values[place])
        token = ApiToken.from_db(connection.alias, [field.attname for field in TOKEN], values[: len(TOKEN)])
        token.account = Account.from_db(connection.alias, [field.attname for field in ACCOUNT], values[len(TOKEN) :])
        return token


def look_up(public_id: str) -> Row | None:
    """One query, on the primary database. Raises django.db.Error."""
    with connection.cursor() as cursor:
        cursor.execute(SQL, [public_id])
        values = cursor.fetchone()
    return Row(values) if values else None


def converters() -> list[tuple[int, Callable[[Any], Any]]]:
    return converters_of(connection.vendor)


@cache
def converters_of(vendor: str) -> list[tuple[int, Callable[[Any], Any]]]:
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
