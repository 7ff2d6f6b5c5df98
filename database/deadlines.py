"""How long a thread waits for PostgreSQL, by its own clock: a server that is frozen says nothing, and its kernel still
acknowledges what it is sent, so that neither `statement_timeout` nor TCP ends the wait (decision 0019).
"""

import threading
import time


class Waiting(threading.local):
    """`until` is the thread's deadline, in monotonic seconds; `longest`, of the whole process, is for one exchange."""

    longest: float | None = None  # seconds; set by `database.web`
    until: float | None = None


waiting = Waiting()


class deadline:  # noqa: N801  # a context manager, as in the standard library: the check enters it at each query
    """In its block this thread gives PostgreSQL up after so many seconds, connecting included. Blocks may be nested.

    Raises django.db.OperationalError from DeadlineMissed; the connection is closed then.
    """

    __slots__ = ("outer", "seconds")

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def __enter__(self) -> None:
        self.outer = waiting.until
        until = time.monotonic() + self.seconds
        waiting.until = until if self.outer is None else min(until, self.outer)

    def __exit__(self, *_: object) -> None:
        waiting.until = self.outer


def time_left() -> float | None:
    """Seconds that this thread may wait for the next answer; None is for ever."""
    longest = waiting.longest
    if waiting.until is None:
        return longest
    left = max(waiting.until - time.monotonic(), 0.0)
    return left if longest is None else min(left, longest)
