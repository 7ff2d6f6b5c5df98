"""What a process has verified, and for how long it may trust that: leases by generation (decision 0008).

After Gray and Cheriton, "Leases" (SOSP 1989), turned round: here the reader takes the lease by reading, and the writer
waits until every lease has run out. Pure Python: no database, no clock of its own.
"""

import threading
from collections import OrderedDict
from typing import Generic, TypeVar

Value = TypeVar("Value")

MAX_VALUES = 50_000  # in memory; about a kilobyte each


class Leased(Generic[Value]):
    """Values by key that hold for the generation in which they were read, while a lease does.

    `began` and `moment` are seconds of one clock of this host that never goes back. What was read is trusted until
    `length` seconds after that read *began*: a change that it did not see was committed later than that, and whoever
    made it says that it is done only one `length` after its commit.
    """

    def __init__(self, *, length: float, max_values: int = MAX_VALUES) -> None:
        self.length, self.max_values = length, max_values
        self.lock = threading.Lock()
        self.generation: int | None = None
        self.until = 0.0
        self.values: OrderedDict[bytes, Value] = OrderedDict()

    def get(self, key: bytes, *, moment: float) -> Value | None:
        """The value, if it was verified and a lease holds at this moment."""
        with self.lock:
            if moment >= self.until:
                return None
            value = self.values.get(key)
            if value is not None:
                self.values.move_to_end(key)
            return value

    def take_lease(self, generation: int | None, *, began: float) -> None:
        """Hold a lease from a read that began then and saw this generation, and forget the values of any other.

        A generation of None gives no lease.
        """
        with self.lock:
            if generation != self.generation:
                self.values.clear()
                self.generation, self.until = generation, 0.0
            if generation is not None:
                self.until = max(self.until, self.lease_until(began))

    def keep(self, key: bytes, value: Value, *, generation: int | None) -> None:
        """Remember a value that a read of this generation verified, unless another generation was seen since."""
        with self.lock:
            if generation is None or generation != self.generation:
                return
            self.values[key] = value
            self.values.move_to_end(key)
            if len(self.values) > self.max_values:
                self.values.popitem(last=False)

    def lease_until(self, began: float) -> float:
        return began + self.length
