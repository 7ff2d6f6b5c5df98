"""The site with one step of the lease protocol left out, named by FAULT; the history checker has to find each.

cache   what was verified is trusted for 0.2 s, whatever happens to it
end     a lease counts from the end of its read, and reads are sometimes slow to come back
"""

import os
import random
import time
from typing import Any

from catalog_site.wsgi import application  # noqa: F401  # what gunicorn serves
from tokens import authentication, lookup
from tokens.leases import Leased


class Cache(Leased[Any]):
    """With a time to live for each value."""

    def get(self, key: bytes, *, moment: float) -> Any:
        value, until = self.values.get(key, (None, 0.0))
        return value if moment < until else None

    def take_lease(self, generation: int | None, *, began: float) -> None:
        """Asks nobody."""

    def keep(self, key: bytes, value: Any, *, generation: int | None) -> None:
        self.values[key] = (value, time.clock_gettime(authentication.CLOCK) + 0.2)


class FromTheEnd(Leased[Any]):
    def take_lease(self, generation: int | None, *, began: float) -> None:
        super().take_lease(generation, began=time.clock_gettime(authentication.CLOCK))


def slow_look_up(public_id: str) -> Any:
    found = lookup.look_up(public_id)
    time.sleep(random.choice((0.0, 0.0, 0.6)))
    return found


if os.environ["FAULT"] == "cache":
    authentication.verified = Cache(length=0.2)
if os.environ["FAULT"] == "end":
    authentication.verified = FromTheEnd(length=authentication.verified.length)
    authentication.look_up = slow_look_up  # type: ignore[attr-defined]
