"""The one statement of the check: a token by its public id, with its account and the generation, from one snapshot.

Written by hand and read as plain values: the ORM is three quarters of what a look-up costs, and a row built for a wrong
secret alone would take time that an unknown token does not. For the same reason an unknown public id fetches a row,
too: a decoy, as long as a real one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from django.db import connection

from accounts.models import Account, Generation
from tokens.models import ApiToken

TOKEN = ApiToken._meta.concrete_fields
ACCOUNT = Account._meta.concrete_fields
TOKEN_NAMES = [field.attname for field in TOKEN]
ACCOUNT_NAMES = [field.attname for field in ACCOUNT]
COLUMNS = ", ".join([f"token.{field.column}" for field in TOKEN] + [f"account.{field.column}" for field in ACCOUNT])
DECOYS = ", ".join(["%s"] * (len(TOKEN) + len(ACCOUNT)))
GENERATION = f"(SELECT number FROM accounts_generation WHERE id = {Generation.ONLY})"  # noqa: S608  # our own names
SQL = f"""
SELECT {COLUMNS}, {GENERATION}, 1 AS real
FROM tokens_apitoken AS token JOIN accounts_account AS account ON account.id = token.account_id
WHERE token.public_id = %s
UNION ALL SELECT {DECOYS}, {GENERATION}, 0
LIMIT 1
"""  # noqa: S608  # our own names
PLACES = {name: place for place, name in enumerate(TOKEN_NAMES)}
SOME_TIME = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Row:
    """What the database gave; a decoy where there is no token."""

    values: Sequence[Any]

    def __getitem__(self, column: str) -> Any:
        """A column of the token, as the database spells it."""
        return self.values[PLACES[column]]

    @property
    def is_real(self) -> bool:
        return bool(self.values[-1])

    @property
    def generation(self) -> int | None:
        """Of the snapshot; None where nobody counts, and nothing may be kept."""
        number: int | None = self.values[-2]
        return number

    def token(self) -> ApiToken:
        """The token with its account, as the ORM would have built them."""
        values = list(self.values[:-2])
        for place, convert in converters(connection.vendor):
            values[place] = convert(values[place])
        token = ApiToken.from_db(connection.alias, TOKEN_NAMES, values[: len(TOKEN)])
        token.account = Account.from_db(connection.alias, ACCOUNT_NAMES, values[len(TOKEN) :])
        return token


def look_up(public_id: str) -> Row:
    """One query, on the primary database. Raises django.db.Error."""
    with connection.cursor() as cursor:
        cursor.execute(SQL, [public_id, *decoy(connection.vendor)])
        return Row(cursor.fetchone())


@cache
def decoy(vendor: str) -> list[Any]:
    """The values of a token and an account that never were, as parameters for this database."""
    token = ApiToken(
        account_id=0,
        scope="READ_ONLY",
        region="eu",
        public_id="0" * 12,
        digest=bytes(32),
        pepper_number=0,
        last_four="0000",
        name="decoy",
        created_at=SOME_TIME,
        expires_at=SOME_TIME,
    )
    account = Account(id=0, name="decoy", slug="decoy", created_at=SOME_TIME)
    pairs = [(field, token) for field in TOKEN] + [(field, account) for field in ACCOUNT]
    return [field.get_db_prep_save(getattr(row, field.attname), connection) for field, row in pairs]


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
