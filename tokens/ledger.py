"""The ledger: who used which token, through which door, on which day.

A call is counted in memory, and a thread of its own writes the counts: a row's first use at once, for which the call
waits, but never longer than FIRST_USE_WAIT; later ones once in WRITE_INTERVAL. A database that fails or is slow holds
up that thread alone: the call is answered all the same (decision 0006).
"""

import atexit
import logging
import math
import os
import threading
import time
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta

from django.db import DataError, Error, IntegrityError, close_old_connections, connection

from database.deadlines import deadline
from tokens import entries
from tokens.clients import OTHERS
from tokens.doors import Door
from tokens.entries import MAX_CLIENTS_PER_DAY, Clients, Entry, Tally, TokenDay
from tokens.models import ApiToken

logger = logging.getLogger(__name__)

FIRST_USE_WAIT = 0.05  # seconds that a call waits for its first use to be on record
WRITE_INTERVAL = 60.0  # seconds from one write of a row to the next by the same process
DUE_CHECK_INTERVAL = 1.0  # seconds between two looks at which rows are due
RETRY_INTERVAL = 5.0  # seconds after which what could not be written is tried again
LAST_WRITE_WAIT = 3.0  # seconds that a process waits for its last write when it ends
WRITE_TIMEOUT = 6.0  # seconds that a database may take for one write; its own limits (entries.py) end before that
SQLITE_BUSY_TIMEOUT = 200  # milliseconds that SQLite waits for a lock; PostgreSQL's is in entries.py
MAX_WRITTEN_ROWS = 100_000  # rows that a process remembers to have written
MAX_LOCKED_ROWS = 3  # of a token that others hold locked: then its other rows wait for the next try, too
MAX_SPLIT_TIME = 2.0  # seconds for a batch that is written in parts; those left over wait for the next try
ROW_IS_LOCKED = {"55P03", "57014", "40P01"}  # SQLSTATE: lock not available, query canceled, deadlock detected

Use = tuple[str, Door, str, str, str]  # public id of the token, door, client, operation, reason


class Ledger:
    """One process's part of the ledger. Without a thread, `record` writes a first use itself: for tests."""

    def __init__(self, *, threaded: bool = True) -> None:
        self.threaded = threaded
        self.reset()

    def reset(self) -> None:
        """Count nothing and have no thread: also in a forked child, for its parent writes what came before."""
        self.lock = threading.Lock()
        self.thread: threading.Thread | None = None
        self.wake = threading.Event()
        self.closing = self.failing = self.flushing = False
        self.split_ends = 0.0  # monotonic moment
        self.first: dict[Entry, Tally] = {}  # first uses, to be written at once
        self.later: dict[Entry, Tally] = {}  # what came after a row was written, or could not be written
        self.due: dict[Entry, float] = {}  # of each row that was written, or is being: when it may be written again
        self.known: Clients = {}  # clients that have a row, by token and day
        self.new: dict[TokenDay, set[str]] = {}  # clients that this process has met and not yet written
        self.today = date.min
        self.day_begins = self.day_ends = datetime.min.replace(tzinfo=UTC)
        # The tally in `later` to which today's next call of a use is added, by public id, door, client,
        # operation and reason.
        # By public id, since a text keeps its hash, while a UUID works it out for each look-up.
        self.tallies: dict[Use, Tally] = {}
        self.writing: dict[Entry, Tally] = {}  # what the thread is writing
        self.written = threading.Event()  # set when those in `first` are
        self.warned = -WRITE_INTERVAL  # monotonic moment of the last warning that something cannot be written

    # --- In the thread of the call: no database, and no wait longer than FIRST_USE_WAIT ------------

    def record(
        self,
        token: ApiToken,
        *,
        door: Door,
        client: str,
        address: str | None,
        now: datetime,
        operation: str = "",
        reason: str = "",
    ) -> None:
        """As the module's `record`."""
        use = (token.public_id, door, client, operation, reason)
        with self.lock:
            tally = self.tallies.get(use)
            if tally is not None and self.day_begins <= now < self.day_ends:
                tally.count(now, address)
                return
        self.record_unseen(token, use, now, address)

    def record_unseen(self, token: ApiToken, use: Use, now: datetime, address: str | None) -> None:
        """Count a call whose use has no tally of today in memory."""
        _, door, client, operation, reason = use
        day = now.astimezone(UTC).date()
        with self.lock:
            if day > self.today:
                self.start_day(day)
            entry = self.entry_for(Entry(token.pk, day, door.value, client, operation, reason))
            if entry in self.due:
                tally = Tally(1, now, now, address)
                entries.add(self.later, entry, tally)
                if day == self.today and entry.client == client:
                    self.tallies[use] = self.later[entry]
                return
            self.due[entry] = math.inf
            self.first[entry] = Tally(1, now, now, address)
            written, failing = self.written, self.failing
        if not self.threaded:
            self.write_first()
            return
        self.run_thread()
        self.wake.set()
        if not failing:
            written.wait(FIRST_USE_WAIT)

    def entry_for(self, entry: Entry) -> Entry:
        """The entry itself, or that of OTHERS when its day has no room for another client."""
        day = (entry.token_id, entry.day)
        names = self.known.get(day, frozenset())
        if entry.client in names or entry.client == OTHERS:
            return entry
        new = self.new.setdefault(day, set())
        if len(names) >= MAX_CLIENTS_PER_DAY or (len(new) >= MAX_CLIENTS_PER_DAY and entry.client not in new):
            return entry._replace(client=OTHERS)
        new.add(entry.client)
        return entry

    def start_day(self, day: date) -> None:
        """Forget the clients of past days, except yesterday's: clocks differ, and calls end after midnight."""
        self.today = day
        self.day_begins = datetime(day.year, day.month, day.day, tzinfo=UTC)
        self.day_ends = self.day_begins + timedelta(days=1)
        self.tallies.clear()
        self.known = {past: names for past, names in self.known.items() if past[1] >= day - timedelta(days=1)}
        self.new = {past: names for past, names in self.new.items() if past[1] >= day - timedelta(days=1)}

    def run_thread(self) -> None:
        """Start the thread that writes, unless it runs: at a process's first use, and after a fork."""
        if self.thread is not None and self.thread.is_alive():
            return
        with self.lock:
            if self.closing or (self.thread is not None and self.thread.is_alive()):
                return
            self.thread = threading.Thread(target=self.run, name="ledger", daemon=True)
            try:
                self.thread.start()
            except RuntimeError:  # no more threads in this container: the next first use tries again
                self.thread = None
                logger.exception("ledger_has_no_thread")

    # --- In the thread that writes -----------------------------------------------------------------

    def run(self) -> None:
        """Write until the process ends, and then what is left."""
        checked = time.monotonic()
        while not self.closing:
            self.wake.wait(DUE_CHECK_INTERVAL)
            self.wake.clear()
            close_old_connections()
            self.write_first()
            if time.monotonic() - checked >= DUE_CHECK_INTERVAL or self.flushing:
                checked = time.monotonic()
                self.write_due(math.inf if self.flushing else checked)
        self.write_first()
        self.write_due(math.inf)
        connection.close()

    def write_first(self) -> None:
        """Write the first uses, and wake those who wait for it."""
        with self.lock:
            batch, self.first = self.first, {}
            written, self.written = self.written, threading.Event()
        self.write(batch)
        written.set()

    def write_due(self, moment: float) -> None:
        """Write the rows that are due by this monotonic moment."""
        with self.lock:
            batch = {entry: self.later.pop(entry) for entry in list(self.later) if self.due[entry] <= moment}
            self.tallies.clear()  # which may be among them
            if len(self.due) > MAX_WRITTEN_ROWS:  # a row that is forgotten has a first use once more: no harm
                self.due = {entry: due for entry, due in self.due.items() if due > moment or entry in self.later}
        self.write(batch)

    def write(self, batch: dict[Entry, Tally]) -> None:
        """Write these; what could not be written is kept for later."""
        if not batch:
            return
        self.writing = batch
        self.split_ends = time.monotonic() + MAX_SPLIT_TIME
        failed = self.try_to_write(batch)
        moment = time.monotonic()
        with self.lock:
            self.writing = {}
            for entry in batch:
                self.due[entry] = moment + (RETRY_INTERVAL if entry in failed else WRITE_INTERVAL)
            for entry, tally in failed.items():
                entries.add(self.later, entry, tally)

    def try_to_write(self, batch: dict[Entry, Tally]) -> dict[Entry, Tally]:
        """Write all at once, or in parts when one row is what fails; returns those that were not written."""
        try:
            with deadline(WRITE_TIMEOUT):
                self.store(batch)
        except Exception as error:  # a bug must cost neither the other counts nor the thread
            locked = getattr(error.__cause__, "sqlstate", None) in ROW_IS_LOCKED
            if isinstance(error, Error) and not locked and not isinstance(error, IntegrityError | DataError):
                self.warn(error, rows=len(batch), failing=True)
                return batch
            if len(batch) > 1:
                return self.write_parts(batch)
            if isinstance(error, IntegrityError | DataError):  # it will never be a row
                logger.exception("ledger_entry_dropped entry=%s", *batch)
                return {}
            self.warn(error, rows=1, failing=False)
            return batch
        return {}

    def write_parts(self, batch: dict[Entry, Tally]) -> dict[Entry, Tally]:
        """Write token by token, and of one token row by row: who locks a token's rows holds up nobody else's.

        Returns those that were not written, in the order of the next try: first those that had no turn in this one.
        """
        by_token: dict[object, dict[Entry, Tally]] = defaultdict(dict)
        for entry, tally in batch.items():
            by_token[entry.token_id][entry] = tally
        one_token = len(by_token) == 1
        parts = [{entry: tally} for entry, tally in batch.items()] if one_token else list(by_token.values())
        skipped: dict[Entry, Tally] = {}
        failed: dict[Entry, Tally] = {}
        for part in parts:
            if (one_token and len(failed) >= MAX_LOCKED_ROWS) or time.monotonic() > self.split_ends:
                skipped |= part
            else:
                failed |= self.try_to_write(part)
        return skipped | failed

    def store(self, batch: dict[Entry, Tally]) -> None:
        """Write these in one transaction, and remember the clients that have a row now. Raises django.db.Error."""
        if self.threaded and connection.vendor == "sqlite":
            connection.ensure_connection()
            connection.connection.execute(f"PRAGMA busy_timeout = {SQLITE_BUSY_TIMEOUT}")
        clients = entries.write(batch, self.known)
        with self.lock:
            self.known.update(clients)
            for day in clients:
                self.new.pop(day, None)
        self.failing = False

    def warn(self, error: Exception, *, rows: int, failing: bool) -> None:
        """Log, once in WRITE_INTERVAL, that rows cannot be written: none at all (`failing`), or one that is locked."""
        self.failing = failing
        if time.monotonic() - self.warned >= WRITE_INTERVAL:
            self.warned = time.monotonic()
            bug = error if not isinstance(error, Error) else None
            logger.warning("ledger_not_written rows=%s error=%s", rows, type(error).__name__, exc_info=bug)

    # --- At the end of a process -------------------------------------------------------------------

    def flush_soon(self) -> None:
        """Have everything written within DUE_CHECK_INTERVAL from now on: the process will be stopped, perhaps killed.

        May be called by a signal's handler: it takes no lock, for the code that it interrupts may hold it.
        """
        self.flushing = True

    def close(self) -> None:
        """Write what is left, and log what could not be written within LAST_WRITE_WAIT."""
        self.closing = True
        self.wake.set()
        if self.thread is not None and self.thread.is_alive():
            self.thread.join(LAST_WRITE_WAIT)
        with self.lock:
            unwritten = [*self.first.values(), *self.later.values(), *self.writing.values()]
        if lost := sum(tally.calls for tally in unwritten):
            logger.error("ledger_calls_lost calls=%s", lost)


of_this_process = Ledger()
os.register_at_fork(after_in_child=of_this_process.reset)
atexit.register(of_this_process.close)


def record(
    token: ApiToken,
    *,
    door: Door,
    client: str,
    address: str | None,
    now: datetime,
    operation: str = "",
    reason: str = "",
) -> None:
    """Count one call of this operation, and the `reason` why it was refused. Raises nothing that a database does."""
    of_this_process.record(
        token, door=door, client=client, address=address, now=now, operation=operation, reason=reason
    )
