"""Circuit breakers: a database that has just missed a deadline is not asked by every thread in turn."""

import random
import threading
import time
from collections.abc import Callable
from types import TracebackType

from database.errors import CircuitOpen, is_slow

SECONDS_BETWEEN_TRIES = 1.0  # a fifth more or less, so that processes do not try at the same instant


class CircuitBreaker:
    """One for all threads of a process. A block inside it that loses time (`is_slow`) opens it.

    While it is open, entering raises CircuitOpen at once, but for one thread after each SECONDS_BETWEEN_TRIES: that one
    tries, and closes the circuit when the database answers.
    """

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.lock = threading.Lock()
        self.opened = self.tried = False
        self.until = 0.0  # by the clock: when the next one may try

    def __enter__(self) -> None:
        if not self.opened:
            return
        with self.lock:
            if not self.opened:
                return
            if self.tried or self.clock() < self.until:
                raise CircuitOpen("The database did not answer a moment ago.")
            self.tried = True

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        slow = error is not None and is_slow(error)
        if not slow and not self.opened:
            return
        with self.lock:
            self.opened, self.tried = slow, False
            self.until = self.clock() + SECONDS_BETWEEN_TRIES * random.uniform(0.8, 1.2)  # noqa: S311  # no secret
