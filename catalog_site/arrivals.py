"""How much of a request has come, so that a thread takes it only when it is whole.

A rough reading: what the request is, and where it ends, gunicorn's parser decides from the same bytes. Whoever deceives
this module holds a thread for a while, and gets nothing past the parser.
"""

import re

from api.paths import PAGE_OF_UPLOADS, UPLOADS

MAX_HEAD_BYTES = 65_536
MAX_BODY_BYTES = 4_000_000  # as DATA_UPLOAD_MAX_MEMORY_SIZE: a longer body is refused, most by their heads, unread
MAX_CHUNKS = 20_000  # of a body: the parser takes some microseconds for each
MAX_CHUNK_LINE = 256  # bytes of a chunk's size, with its extensions

END_OF_HEAD = re.compile(rb"\r\n\r\n|\n\n")  # the second is never right: the parser says so
# The parser takes zeros before the length, too; no part of this ever goes back.
LENGTH = re.compile(rb"\ncontent-length:[ \t]*+0*+([1-9][0-9]{0,17})[ \t]*+\r", re.IGNORECASE)
CHUNKED = re.compile(rb"\ntransfer-encoding:[^\r\n]*chunked", re.IGNORECASE)
SIZE = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\r]*+)?\r\n")
EXPECTS = re.compile(rb"\nexpect:[ \t]*100-continue[ \t]*\r", re.IGNORECASE)
PROBE = re.compile(rb"(?:GET|HEAD) /healthz[ ?]")
UPLOAD = re.compile(rb"POST (?:%b)" % "|".join(map(re.escape, (*UPLOADS, PAGE_OF_UPLOADS))).encode())


class Chunks:
    """How much of a body in chunks has come (RFC 9112, 7.1), from `position` on.

    It has ended when its last chunk is there with what trails it, when more has come than any view takes, or when it is
    none: the parser reads it then, and says what is wrong.
    """

    __slots__ = ("count", "ended", "is_last", "missing", "position", "size")

    def __init__(self, position: int) -> None:
        self.position = position
        self.missing = 0  # bytes of the chunk that is coming, with the end of its line
        self.size = self.count = 0  # bytes of all chunks up to that one; lines
        self.is_last = self.ended = False

    @property
    def has_too_many(self) -> bool:
        return self.count > MAX_CHUNKS

    def look(self, data: bytearray) -> None:
        while not self.ended and self.pass_by(len(data)):
            end = data.find(b"\r\n", self.position, self.position + MAX_CHUNK_LINE)
            if end < 0:
                self.ended = len(data) - self.position >= MAX_CHUNK_LINE
                return
            self.count += 1
            if self.is_last:  # what trails it ends with an empty line
                self.ended, self.position = end == self.position or self.has_too_many, end + 2
            else:
                self.begin(SIZE.match(data, self.position))

    def pass_by(self, length: int) -> bool:
        """Whether the chunk is over that was coming."""
        passed = min(self.missing, length - self.position)
        self.position += passed
        self.missing -= passed
        self.ended = self.size - max(0, self.missing - 2) > MAX_BODY_BYTES
        return not self.missing and not self.ended

    def begin(self, line: re.Match[bytes] | None) -> None:
        if line is None or self.has_too_many:
            self.ended = True
            return
        size = int(line[1], 16)
        self.position, self.missing = line.end(), size + 2 if size else 0
        self.is_last, self.size = not size, self.size + size


class Arrival:
    """The bytes of one request, or of what has come of it; `until` is when the rest must be there, in seconds."""

    __slots__ = ("body", "chunks", "data", "declared", "head", "until")

    def __init__(self, *, until: float) -> None:
        self.until = until
        self.data = bytearray()
        self.head = 0  # bytes, with the empty line; 0 while that has not come
        self.body = self.declared = 0  # bytes to wait for, and those that the head declares
        self.chunks: Chunks | None = None

    def take(self, data: bytes) -> None:
        searched = max(0, len(self.data) - 3)
        self.data += data
        if not self.head and (end := END_OF_HEAD.search(self.data, searched)):
            self.head = end.end()
            length = LENGTH.search(self.data, 0, self.head)
            if length:
                self.declared = int(length[1])
                self.body = self.declared if self.declared <= MAX_BODY_BYTES else 0
            elif CHUNKED.search(self.data, 0, self.head):
                self.chunks = Chunks(self.head)
        if self.chunks:
            self.chunks.look(self.data)

    @property
    def is_whole(self) -> bool:
        if self.chunks:
            return self.chunks.ended
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
    def is_upload(self) -> bool:
        """Whether it is a file that is too long to be collected: its view reads it piece by piece."""
        return self.declared > MAX_BODY_BYTES and bool(UPLOAD.match(self.data))

    @property
    def is_probe(self) -> bool:
        return bool(PROBE.match(self.data))
