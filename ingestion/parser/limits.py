"""How much one statement may cost. The parent reads these, too, so nothing else is imported here."""


class TooCostly(Exception):
    """A statement that is not tried, or not to its end."""


CPU_SECONDS = 5
"""Of the processor, since a clock on the wall drops lineage when the machine is busy."""

WALL_SECONDS = 60
"""The last resort, for a child that waits instead of working."""

ADDRESS_SPACE = 1024**3
"""Bytes."""

CHARACTERS = 200_000
OPEN_BRACKETS = 200
"""At once. The parser calls itself for each, and the stack of a process ends."""

COLUMNS = 10_000
"""Of what a query gives. `SELECT x.*, y.*` of itself, sixty times over, has more of them than a machine has memory."""

STATEMENTS_OF_CHILD = 5_000
MEMORY_OF_CHILD = 500
"""Megabytes, at its highest."""
