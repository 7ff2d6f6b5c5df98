"""How much of a request has come, so that a thread takes it only when it is whole.

A rough reading: what the request is, and where it ends, gunicorn's parser decides from the same bytes. Whoever deceives
this module holds a thread for a while, and gets nothing past the parser.
"""

import re

MAX_HEAD_BYTES = 65_536
MAX_BODY_BYTES = 4_000_000  # as DATA_UPLOAD_MAX_MEMORY_SIZE: a longer body is refused by its head, unread

END_OF_HEAD = re.compile(rb"\r\n\r\n|\n\n")  # the second is never right: the parser says so
# The parser takes zeros before the length, too; no part of this ever goes back.
LENGTH = re.compile(rb"\ncontent-length:[ \t]*+0*+([1-9][0-9]{0,17})[ \t]*+\r", re.IGNORECASE)
EXPECTS = re.compile(rb"\nexpect:[ \t]*100-continue[ \t]*\r", re.IGNORECASE)
PROBE = re.compile(rb"(?:GET|HEAD) /healthz[ ?]")


class Arrival:
    """The bytes of one request, or of what has come of it; `until` is when the rest must be there, in seconds."""

    __slots__ = ("body", "data", "head", "until")

    def __init__(self, *, until: float) -> None:
        self.until = until
        self.data = bytearray()
        self.head = 0  # bytes, with the empty line; 0 while that has not come
        self.body = 0  # bytes to wait for

    def take(self, data: bytes) -> None:
        searched = max(0, len(self.data) - 3)
        self.data += data
        if not self.head and (end := END_OF_HEAD.search(self.data, searched)):
            self.head = end.end()
            length = LENGTH.search(self.data, 0, self.head)
            if length and int(length[1]) <= MAX_BODY_BYTES:
                self.body = int(length[1])

    @property
    def is_whole(self) -> bool:
        return bool(self.head) and len(self.data) >= self.head + self.body

    @property
    def is_too_long(self) -> bool:
        """Whether the head is longer than MAX_HEAD_BYTES."""
        return not self.head and len(self.data) > MAX_HEAD_BYTES

    @property
    def waits_to_be_asked(self) -> bool:
        """Whether the client sends its body only after a 100 (RFC 9110, 10.1.1)."""
        return len(self.data) == self.head and not self.is_whole and bool(EXPECTS.search(self.data))

    @property
    def is_probe(self) -> bool:
        return bool(PROBE.match(self.data))
