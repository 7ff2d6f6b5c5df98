"""Entries of the ledger in memory, and the upsert that makes rows of them."""

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

MAX_CLIENTS_PER_DAY = 200  # that a token has on record by name; who comes later is counted as OTHERS
MAX_ROWS_PER_STATEMENT = 500
LOCK_TIMEOUT, STATEMENT_TIMEOUT = "200ms", "5s"  # of PostgreSQL

COLUMNS = [field for field in TokenUse._meta.concrete_fields if not field.primary_key]
COLUMN_LIST = ", ".join(str(field.column) for field in COLUMNS)
PLACEHOLDERS = "(" + ", ".join(["%s"] * len(COLUMNS)) + ")"
# Counts add up and times only widen, whatever the order in which processes write, and whatever their clocks say.
UPSERT = """
INSERT INTO tokens_tokenuse AS old (%(columns)s) VALUES %(rows)s
ON CONFLICT (token_id, day, door, client, operation, reason) DO UPDATE SET
  calls = old.calls + excluded.calls,
  first_seen = CASE WHEN excluded.first_seen < old.first_seen THEN excluded.first_seen ELSE old.first_seen END,
  last_address = CASE WHEN excluded.last_seen >= old.last_seen THEN excluded.last_address ELSE old.last_address END,
  last_seen = CASE WHEN excluded.last_seen > old.last_seen THEN excluded.last_seen ELSE old.last_seen END
"""  # the names in it are our own


class Entry(NamedTuple):
    """The key of a row: its unique columns. The day is UTC's."""

    token_id: UUID
    day: date
    door: str
    client: str
    operation: str
    reason: str


@dataclass(slots=True)
class Tally:
    """The counts and times to add to a row."""

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


ATTRIBUTES = (*Entry._fields, *(field.name for field in fields(Tally)))
Tallies = Mapping[Entry, Tally]
TokenDay = tuple[UUID, date]
Clients = dict[TokenDay, frozenset[str]]  # those on record by name, as far as a process knows


@transaction.atomic
def write(tallies: Tallies, known: Clients) -> Clients:
    """Add these to the rows, all or none; returns the clients now on record, for each day that has one beside `known`.

    A client for whom its day has no room is counted as OTHERS. Raises django.db.Error.
    """
    set_timeouts()
    on_record = {day: admit_clients(day, names) for day, names in unknown_clients(tallies, known)}
    # Every process in the same order, or two of them could wait for each other.
    rows = sorted(merge_others(tallies, ChainMap(on_record, known)).items(), key=itemgetter(0))
    for start in range(0, len(rows), MAX_ROWS_PER_STATEMENT):
        upsert(rows[start : start + MAX_ROWS_PER_STATEMENT])
    return on_record


def unknown_clients(tallies: Tallies, known: Clients) -> list[tuple[TokenDay, list[str]]]:
    """The clients that are not in `known`, by day, in the order in which every process takes its locks."""
    unknown: dict[TokenDay, list[str]] = defaultdict(list)
    for entry in tallies:
        day = (entry.token_id, entry.day)
        if entry.client not in {OTHERS, *known.get(day, ())}:
            unknown[day].append(entry.client)
    return sorted(unknown.items())


def admit_clients(day: TokenDay, names: list[str]) -> frozenset[str]:
    """The clients on record for this day, with those of `names` for whom there is room."""
    token_id, date_ = day
    if connection.vendor == "postgresql":  # SQLite has one writer at a time
        execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(token_id.bytes[:8], signed=True)])
    rows = TokenUse.objects.filter(token=token_id, day=date_).exclude(client=OTHERS).order_by()
    on_record = set(rows.values_list("client", flat=True).distinct())
    new = [name for name in dict.fromkeys(names) if name not in on_record]
    return frozenset(on_record.union(new[: max(0, MAX_CLIENTS_PER_DAY - len(on_record))]))


def merge_others(tallies: Tallies, on_record: Mapping[TokenDay, frozenset[str]]) -> dict[Entry, Tally]:
    """The same tallies, with those of clients that are not on record added up under OTHERS."""
    merged: dict[Entry, Tally] = {}
    for entry, tally in tallies.items():
        has_row = entry.client in on_record.get((entry.token_id, entry.day), ())
        add(merged, entry if has_row else entry._replace(client=OTHERS), tally)
    return merged


def add(tallies: dict[Entry, Tally], entry: Entry, tally: Tally) -> None:
    if entry in tallies:
        tallies[entry].add(tally)
    else:
        tallies[entry] = replace(tally)


def upsert(rows: list[tuple[Entry, Tally]]) -> None:
    values = [dict(zip(ATTRIBUTES, (*entry, *astuple(tally)), strict=True)) for entry, tally in rows]
    params = [field.get_db_prep_save(value[field.attname], connection) for value in values for field in COLUMNS]
    execute(UPSERT % {"columns": COLUMN_LIST, "rows": ", ".join([PLACEHOLDERS] * len(rows))}, params)


def set_timeouts() -> None:
    """Let no lock and no slow disk hold up this transaction for long. (SQLite has busy_timeout.)"""
    if connection.vendor == "postgresql":
        settings = "SELECT set_config('lock_timeout', %s, true), set_config('statement_timeout', %s, true)"
        execute(settings, [LOCK_TIMEOUT, STATEMENT_TIMEOUT])


def execute(sql: str, params: list[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
