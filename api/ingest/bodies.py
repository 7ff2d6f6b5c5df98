"""One file out of a multipart body (RFC 7578), written where it arrives while it comes: no part is ever in memory."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParser, MultiPartParserError

from ingestion.errors import UnusableUpload
from ingestion.store import Incoming

PIECE = 2**20  # bytes that are read at once
LAST_BYTES = 4_096  # of a body, among which its last boundary is
FRAME = 16_384  # bytes that a body may have around its file
MEDIA_TYPE = "multipart/form-data"
TWO_FILES = "More than one file was sent: send each by itself."


class OneFile(FileUploadHandler):
    """Writes the only file part; `name` is what the form calls it, None before it came."""

    chunk_size = PIECE

    def __init__(self, file: Incoming) -> None:
        super().__init__()
        self.file, self.name = file, None  # type: Incoming, str | None

    def new_file(self, field_name: str, file_name: str, *args: Any, **kwargs: Any) -> None:
        if self.name is not None:
            raise UnusableUpload(TWO_FILES)
        self.name = file_name

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.file.write(raw_data)

    def file_complete(self, file_size: int) -> None:
        return None  # it is kept by whoever has the Incoming


class Body:
    """The request's body, which can tell afterwards whether all of it came: Django takes what there is for the file."""

    def __init__(self, request: HttpRequest) -> None:
        self.request, self.came, self.last_bytes = request, 0, b""

    def read(self, size: int | None = None) -> bytes:
        data: bytes = self.request.read(size)
        self.came += len(data)
        self.last_bytes = (self.last_bytes + data[-LAST_BYTES:])[-LAST_BYTES:]
        return data

    def is_whole(self, *, declared: int) -> bool:
        boundary = (self.request.content_params or {}).get("boundary", "")
        return self.came == declared and self.last_bytes.rstrip(b" \t\r\n").endswith(f"--{boundary}--".encode())


def declared_length(request: HttpRequest) -> int:
    """The Content-Length; 0 without one, and for what is no number."""
    text = request.META.get("CONTENT_LENGTH") or "0"
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else 0


def read_file(request: HttpRequest, file: Incoming) -> str:
    """Write the one file of the body to `file`, and say how the form names it.

    Raises UnusableUpload for a body of another form, with no file, with several, or that breaks off; what
    `Incoming.write` raises; and UnreadablePostError when the body does not come in time.
    """
    if request.content_type != MEDIA_TYPE:
        raise UnusableUpload(f"Send the file as {MEDIA_TYPE}, in one part.")
    body, only = Body(request), OneFile(file)
    with odd_forms():
        MultiPartParser(request.META, body, [only], "utf-8").parse()  # type: ignore[arg-type]  # all that it asks is read
    if not body.is_whole(declared=declared_length(request)):
        raise UnusableUpload("The body breaks off before its last boundary: send the file again.")
    if only.name is None:
        raise UnusableUpload("No file was sent: send it as a part with a file name.")
    return only.name


@contextmanager
def odd_forms() -> Iterator[None]:
    """What Django refuses of a form: heads of parts that are too long, fields that are too large, too many of them."""
    try:
        yield
    except (MultiPartParserError, SuspiciousOperation):
        raise UnusableUpload(f"The body cannot be read as {MEDIA_TYPE}.") from None
