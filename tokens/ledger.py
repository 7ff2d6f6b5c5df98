"""The ledger: who used which token, through which door, on which day.

A call is counted in memory, and a thread of its own writes: a first use at once, and the call waits for that, but never
longer than PATIENCE; later ones once in INTERVAL. Whatever the database does to a write, it does to that thread: the
call is answered all the same (decision 0006).
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
from tokens.entries import CLIENTS, Clients, Entry, Tally, TokenDay
from tokens.models import ApiToken

logger = logging.getLogger(__name__)

PATIENCE = 0.05  # seconds that a call waits for its first use to be on record
INTERVAL = 60.0  # seconds from one write of a row to the next by the same process
TICK = 1.0  # seconds between two looks at which rows are due
RETRY = 5.0  # seconds after which what could not be written is tried again
CLOSING = 3.0  # seconds that a process waits for its last write when it ends
IDLE_ROWS = 100_000  # rows that a process remembers to have written
SQLITE_PATIENCE = 200  # milliseconds; PostgreSQL's is in entries.py
HELD_ROWS = 3  # of a token: then its others wait for the next try, too
DEADLINE = 6.0  # seconds that a database may take for one write; its own limits (entries.py) end before that
PASS = 2.0  # seconds after which what is left of a batch whose rows are held waits for the next try
ROW_ALONE = {"55P03", "57014", "40P01"}  # SQLSTATE: lock not available, query canceled, deadlock detected


class Ledger:
    """One process's part of it. Without a thread, `record` writes a first use itself: for tests."""

    def __init__(self, *, threaded: bool = True) -> None:
        self.threaded = threaded
        self.begin()

    def begin(self) -> None:
        """With nothing counted and no thread: also in a forked child, for its parent writes what came before."""
        self.lock = threading.Lock()
        self.thread: threading.Thread | None = None
        self.wake = threading.Event()
        self.closing = self.failing = self.hurried = False
        self.pass_ends = 0.0
        self.first: dict[Entry, Tally] = {}  # first uses, to be written at once
        self.later: dict[Entry, Tally] = {}  # what came after a row was written, or could not be written
        self.due: dict[Entry, float] = {}  # of each row that was written, or is being: when it may be written again
        self.known: Clients = {}
        self.new: dict[TokenDay, set[str]] = {}  # clients that this process has met and not yet written
        self.today = date.min
        self.day_begins = self.day_ends = datetime.min.replace(tzinfo=UTC)
        # Whose next call today is counted in which row of `later`: what a call looks up, by the token's public id
        # (a text knows its hash, an id works it out each time).
        self.counting: dict[tuple[str, Door, str, str], Tally] = {}
        self.writing: dict[Entry, Tally] = {}  # what the thread has in its hands
        self.written = threading.Event()  # set when those in `first` are
        self.complained = -INTERVAL  # when it was last said that nothing can be written

    # --- On the request's path: no database, and no longer wait than PATIENCE --------------------

    def record(
        self, token: ApiToken, *, door: Door, client: str, address: str | None, now: datetime, reason: str = ""
    ) -> None:
        """What the module's `record` does."""
        use = (token.public_id, door, client, reason)
        with self.lock:
            tally = self.counting.get(use)
            if tally is not None and self.day_begins <= now < self.day_ends:
                tally.count(now, address)
                return
        self.find_row(token, use, now, address)

    def find_row(self, token: ApiToken, use: tuple[str, Door, str, str], now: datetime, address: str | None) -> None:
        """What `record` does when it does not know which row counts such a use."""
        _, door, client, reason = use
        day = now.astimezone(UTC).date()
        with self.lock:
            if day > self.today:
                self.turn_page(day)
            entry = self.entry_for(Entry(token.pk, day, door.value, client, reason))
            if entry in self.due:
                tally = Tally(1, now, now, address)
                entries.add(self.later, entry, tally)
                if day == self.today and entry.client == client:
                    self.counting[use] = self.later[entry]
                return
            self.due[entry] = math.inf
            self.first[entry] = Tally(1, now, now, address)
            written, in_vain = self.written, self.failing
        if not self.threaded:
            self.write_first()
            return
        self.run_thread()
        self.wake.set()
        if not in_vain:
            written.wait(PATIENCE)

    def entry_for(self, entry: Entry) -> Entry:
        """The entry itself, or that of the others when its day has no room for another client."""
        day = (entry.token_id, entry.day)
        names = self.known.get(day, frozenset())
        if entry.client in names or entry.client == OTHERS:
            return entry
        new = self.new.setdefault(day, set())
        if len(names) >= CLIENTS or (len(new) >= CLIENTS and entry.client not in new):
            return entry._replace(client=OTHERS)
        new.add(entry.client)
        return entry

    def turn_page(self, day: date) -> None:
        """Forget the clients of past days, but for one: clocks differ, and calls end after midnight."""
        self.today = day
        self.day_begins = datetime(day.year, day.month, day.day, tzinfo=UTC)
        self.day_ends = self.day_begins + timedelta(days=1)
        self.counting.clear()
        self.known = {past: names for past, names in self.known.items() if past[1] >= day - timedelta(days=1)}
        self.new = {past: names for past, names in self.new.items() if past[1] >= day - timedelta(days=1)}

    def run_thread(self) -> None:
        """Start the thread that writes, unless it runs: at the first use, and after a fork."""
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

    # --- In the thread ---------------------------------------------------------------------------

    def run(self) -> None:
        """Write until the process ends, and then what is left."""
        looked = time.monotonic()
        while not self.closing:
            self.wake.wait(TICK)
            self.wake.clear()
            close_old_connections()
            self.write_first()
            if time.monotonic() - looked >= TICK or self.hurried:
                looked = time.monotonic()
                self.write_due(math.inf if self.hurried else looked)
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
        """Write the rows whose time has come by this monotonic moment."""
        with self.lock:
            batch = {entry: self.later.pop(entry) for entry in list(self.later) if self.due[entry] <= moment}
            self.counting.clear()  # whose rows may be among them
            if len(self.due) > IDLE_ROWS:  # whoever comes back after that is a first use once more, which does no harm
                self.due = {entry: due for entry, due in self.due.items() if due > moment or entry in self.later}
        self.write(batch)

    def write(self, batch: dict[Entry, Tally]) -> None:
        """Write these; what could not be written is kept for later."""
        if not batch:
            return
        self.writing = batch
        self.pass_ends = time.monotonic() + PASS
        failed = self.attempt(batch)
        moment = time.monotonic()
        with self.lock:
            self.writing = {}
            for entry in batch:
                self.due[entry] = moment + (RETRY if entry in failed else INTERVAL)
            for entry, tally in failed.items():
                entries.add(self.later, entry, tally)

    def attempt(self, batch: dict[Entry, Tally]) -> dict[Entry, Tally]:
        """Write all at once, or in parts when one of them is what hinders; returns those that were not written."""
        try:
            with deadline(DEADLINE):
                self.keep(batch)
        except Exception as error:  # a bug must cost neither the other counts nor the thread
            held = getattr(error.__cause__, "sqlstate", None) in ROW_ALONE
            if isinstance(error, Error) and not held and not isinstance(error, IntegrityError | DataError):
                self.complain(error, rows=len(batch), failing=True)
                return batch
            if len(batch) > 1:
                return self.attempt_parts(batch)
            if isinstance(error, IntegrityError | DataError):  # it will never be a row
                logger.exception("ledger_entry_dropped entry=%s", *batch)
                return {}
            self.complain(error, rows=1, failing=False)
            return batch
        return {}

    def attempt_parts(self, batch: dict[Entry, Tally]) -> dict[Entry, Tally]:
        """Token by token, and of one token row by row: whoever holds a token's rows holds up nobody else's."""
        by_token: dict[object, dict[Entry, Tally]] = defaultdict(dict)
        for entry, tally in batch.items():
            by_token[entry.token_id][entry] = tally
        rows = len(by_token) == 1
        parts = [{entry: tally} for entry, tally in batch.items()] if rows else list(by_token.values())
        skipped: dict[Entry, Tally] = {}
        failed: dict[Entry, Tally] = {}
        for part in parts:
            if (rows and len(failed) >= HELD_ROWS) or time.monotonic() > self.pass_ends:
                skipped |= part
            else:
                failed |= self.attempt(part)
        return skipped | failed  # in this order: those that had no turn are the first of the next try

    def keep(self, batch: dict[Entry, Tally]) -> None:
        if self.threaded and connection.vendor == "sqlite":
            connection.ensure_connection()
            connection.connection.execute(f"PRAGMA busy_timeout = {SQLITE_PATIENCE}")
        learnt = entries.write(batch, self.known)
        with self.lock:
            self.known.update(learnt)
            for day in learnt:
                self.new.pop(day, None)
        self.failing = False

    def complain(self, error: Exception, *, rows: int, failing: bool) -> None:
        """Say once in INTERVAL that nothing, or a row that somebody holds, can be written."""
        self.failing = failing
        if time.monotonic() - self.complained >= INTERVAL:
            self.complained = time.monotonic()
            bug = error if not isinstance(error, Error) else None
            logger.warning("ledger_not_written rows=%s error=%s", rows, type(error).__name__, exc_info=bug)

    def hurry(self) -> None:
        """Write everything within a TICK from now on: the process was asked to stop, and may be killed soon.

        May be called by a signal's handler: it takes no lock, for the code that it interrupts may hold it.
        """
        self.hurried = True

    def close(self) -> None:
        """Write what is left, before the process ends."""
        self.closing = True
        self.wake.set()
        if self.thread is not None and self.thread.is_alive():
            self.thread.join(CLOSING)
        with self.lock:
            unwritten = [*self.first.values(), *self.later.values(), *self.writing.values()]
        if lost := sum(tally.calls for tally in unwritten):
            logger.error("ledger_calls_lost calls=%s", lost)


of_this_process = Ledger()
os.register_at_fork(after_in_child=of_this_process.begin)
atexit.register(of_this_process.close)


def record(token: ApiToken, *, door: Door, client: str, address: str | None, now: datetime, reason: str = "") -> None:
    """Count one call, and the `reason` why it was refused. Raises nothing that a database does."""
    of_this_process.record(token, door=door, client=client, address=address, now=now, reason=reason)
