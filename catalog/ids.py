"""The ids of the catalog's rows: UUIDs in the order in which rows were made, but for sources (`models.warehouse`)."""

import secrets
import time
from uuid import UUID

NANOSECONDS = 1_000_000  # in a millisecond


def uuid7() -> UUID:
    """A UUID that sorts by time (RFC 9562, 5.7; the fraction of the millisecond as in 6.2, method 3).

    Whoever pages by id finds what is new at the end, and new rows lie together in every index.
    """
    milliseconds, nanoseconds = divmod(time.time_ns(), NANOSECONDS)
    fraction = (nanoseconds << 12) // NANOSECONDS
    return UUID(int=milliseconds << 80 | 7 << 76 | fraction << 64 | 2 << 62 | secrets.randbits(62))


def known_uuid(text: str) -> UUID | None:
    """The UUID in the text; None when it is none, so that callers treat it like an unknown id."""
    try:
        return UUID(text) if len(text) == 36 else None
    except ValueError:
        return None
