"""Entries of the ledger, and the one way in which they become rows."""

from collections import ChainMap, defaultdict
from collections.abc import Mapping
from dataclasses import astuple, dataclass, fields, replace
from datetime import date, datetime
from operator import itemgetter
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, transaction

from tokens.clients import OTHERS
from tokens.models import TokenUse

CLIENTS = 200  # distinct clients of a token on one day; who comes later is counted as OTHERS
BATCH = 500  # rows of one statement
LOCK_TIMEOUT, STATEMENT_TIMEOUT = "200ms", "5s"  # of PostgreSQL

COLUMNS = [field for field in TokenUse._meta.concrete_fields if not field.primary_key]
COLUMN_LIST = ", ".join(str(field.column) for field in COLUMNS)
ROW = "(" + ", ".join(["%s"] * len(COLUMNS)) + ")"
# Counts add up and times only widen, whatever the order in which processes write, and whatever their clocks say.
UPSERT = """
INSERT INTO tokens_tokenuse AS old (%(columns)s) VALUES %(rows)s
ON CONFLICT (token_id, day, door, client, reason) DO UPDATE SET
  calls = old.calls + excluded.calls,
  first_seen = CASE WHEN excluded.first_seen < old.first_seen THEN excluded.first_seen ELSE old.first_seen END,
  last_address = CASE WHEN excluded.last_seen >= old.last_seen THEN excluded.last_address ELSE old.last_address END,
  last_seen = CASE WHEN excluded.last_seen > old.last_seen THEN excluded.last_seen ELSE old.last_seen END
"""  # the names in it are our own


class Entry(NamedTuple):
    """What a row is about: everything that is unique of it. The day is UTC's."""

    token_id: UUID
    day: date
    door: str
    client: str
    reason: str


@dataclass(slots=True)
class Tally:
    """What there is to add to a row."""

    calls: int
    first_seen: datetime
    last_seen: datetime
    last_address: str | None

    def count(self, now: datetime, address: str | None) -> None:
        """One call more. It may have begun before one that was counted already."""
        self.calls += 1
        if now >= self.last_seen:
            self.last_seen, self.last_address = now, address
        elif now < self.first_seen:
            self.first_seen = now

    def add(self, other: "Tally") -> None:
        self.calls += other.calls
        self.first_seen = min(self.first_seen, other.first_seen)
        if other.last_seen >= self.last_seen:
            self.last_seen, self.last_address = other.last_seen, other.last_address


NAMES = (*Entry._fields, *(field.name for field in fields(Tally)))
Tallies = Mapping[Entry, Tally]
TokenDay = tuple[UUID, date]  # of a token
Clients = dict[TokenDay, frozenset[str]]  # whose names are on record for it, as far as a process knows


@transaction.atomic
def write(tallies: Tallies, known: Clients) -> Clients:
    """Add these to the ledger, all or none; returns whom it knows now for the days that have a client beside `known`.

    A client for whom there is no room any more is written as one of the others. Raises django.db.Error.
    """
    be_impatient()
    learnt = {day: admitted(day, names) for day, names in newcomers(tallies, known)}
    # Every process in the same order, or two of them could wait for each other.
    rows = sorted(by_known_client(tallies, ChainMap(learnt, known)).items(), key=itemgetter(0))
    for start in range(0, len(rows), BATCH):
        upsert(rows[start : start + BATCH])
    return learnt


def newcomers(tallies: Tallies, known: Clients) -> list[tuple[TokenDay, list[str]]]:
    """The clients that `known` lacks, by day, in the order in which every process takes its locks."""
    found: dict[TokenDay, list[str]] = defaultdict(list)
    for entry in tallies:
        day = (entry.token_id, entry.day)
        if entry.client not in {OTHERS, *known.get(day, ())}:
            found[day].append(entry.client)
    return sorted(found.items())


def admitted(day: TokenDay, names: list[str]) -> frozenset[str]:
    """The clients on record for this day together with those of `names` for whom there is room."""
    token_id, date_ = day
    if connection.vendor == "postgresql":  # SQLite has one writer at a time
        run("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(token_id.bytes[:8], signed=True)])
    rows = TokenUse.objects.filter(token=token_id, day=date_).exclude(client=OTHERS).order_by()
    there = set(rows.values_list("client", flat=True).distinct())
    new = [name for name in dict.fromkeys(names) if name not in there]
    return frozenset(there.union(new[: max(0, CLIENTS - len(there))]))


def by_known_client(tallies: Tallies, known: Mapping[TokenDay, frozenset[str]]) -> dict[Entry, Tally]:
    """The same uses, with those of surplus clients added up under OTHERS."""
    summed: dict[Entry, Tally] = {}
    for entry, tally in tallies.items():
        surplus = entry.client not in known.get((entry.token_id, entry.day), ())
        add(summed, entry._replace(client=OTHERS) if surplus else entry, tally)
    return summed


def add(tallies: dict[Entry, Tally], entry: Entry, tally: Tally) -> None:
    if entry in tallies:
        tallies[entry].add(tally)
    else:
        tallies[entry] = replace(tally)


def upsert(rows: list[tuple[Entry, Tally]]) -> None:
    values = [dict(zip(NAMES, (*entry, *astuple(tally)), strict=True)) for entry, tally in rows]
    params = [field.get_db_prep_save(value[field.attname], connection) for value in values for field in COLUMNS]
    run(UPSERT % {"columns": COLUMN_LIST, "rows": ", ".join([ROW] * len(rows))}, params)


def be_impatient() -> None:
    """Let no lock and no slow disk hold this transaction for long. (SQLite's patience is the connection's.)"""
    if connection.vendor == "postgresql":
        settings = "SELECT set_config('lock_timeout', %s, true), set_config('statement_timeout', %s, true)"
        run(settings, [LOCK_TIMEOUT, STATEMENT_TIMEOUT])


def run(sql: str, params: list[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
