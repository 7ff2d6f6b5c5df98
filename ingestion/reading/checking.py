"""The quick check of a file's first 64 kB: what plainly cannot be read is refused before it is stored."""

import codecs
import re

from ingestion.errors import Unusable
from ingestion.filenames import MANIFEST, RUN_RESULTS, VALIDATION
from ingestion.kinds import KINDS, Kind
from ingestion.reading.csv_files import WINDOWS_1252
from ingestion.reading.headers import MOST_COLUMNS, Header, find_header, first_records

HEAD = 64 * 1024  # bytes that are looked at
COMPRESSED = {
    b"\x1f\x8b": "gzip",
    b"PK\x03\x04": "zip",
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
    b"\x28\xb5\x2f\xfd": "Zstandard",
    b"7z\xbc\xaf\x27\x1c": "7z",
}
JSON_KINDS = frozenset({MANIFEST, RUN_RESULTS, VALIDATION})


def check_head(head: bytes, kind: str | None) -> None:
    """Look at the first 64 kB of a file of that kind (`FileName.kind`); one of no known kind passes unless it is empty.

    Raises Unusable, with a sentence that says what to do.
    """
    if not head:
        raise Unusable("The file is empty. Leave empty files out; if it is not empty at your place, send it again.")
    if kind is None:
        return
    for magic, name in COMPRESSED.items():
        if head.startswith(magic):
            raise Unusable(f"The file is compressed ({name}): send what is in it.")
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise Unusable("The file is UTF-16: save it as UTF-8, and send it again.")
    if b"\0" in head:
        raise Unusable("The file has NUL bytes, as UTF-16 and programs have them: save it as UTF-8, and send it again.")
    if kind in JSON_KINDS:
        check_json(head)
    else:
        check_csv(head, KINDS[kind])


def check_json(head: bytes) -> None:
    if head.removeprefix(codecs.BOM_UTF8).lstrip(b" \t\r\n")[:1] not in {b"{", b"["}:
        raise Unusable("This is no JSON: it must begin with { or [.")


def check_csv(head: bytes, kind: Kind) -> Header:
    """The header of a CSV file. Raises Unusable like `check_head`."""
    text = decode_head(head)
    header = find_header(text, kind)
    if len(head) >= HEAD and not re.search(r"[\r\n]", text):
        raise Unusable(f"The header is longer than 64 kB: {MOST_COLUMNS} columns are the most.", row=1, line=1)
    if len(names := first_records(text, header.separator, 2)) == 2 and names[0] == names[1]:
        raise Unusable("The second row is the header again: leave one of them out.", row=2)
    return header


def decode_head(head: bytes) -> str:
    """The text of the first bytes, the last of which may be half a character."""
    try:
        return codecs.getincrementaldecoder("utf-8-sig")().decode(head)
    except UnicodeDecodeError:
        return head.removeprefix(codecs.BOM_UTF8).decode(WINDOWS_1252, "replace")
