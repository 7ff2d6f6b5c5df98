"""How Django writes dates where no template says, which is in the admin: as whoever looks has chosen.

Django keeps the formats of a language for good (FORMAT_MODULE_PATH), so these say anew each time what they are.
"""

from typing import Self

from accounts.frame import BROWSERS_OWN, READERS_DATES


class Chosen(str):
    """A format of the reader's `Dates`; in JSON, which the admin's scripts get, that of those who chose none."""

    __slots__ = ("field",)
    field: str

    def __new__(cls, field: str) -> Self:
        written = super().__new__(cls, getattr(BROWSERS_OWN, field))
        written.field = field
        return written

    def __str__(self) -> str:
        return str(getattr(READERS_DATES.get(), self.field))


DATE_FORMAT = Chosen("day")
DATETIME_FORMAT = Chosen("moment")
