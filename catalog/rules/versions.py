"""Versions of texts: by them a writer says which text it has read and replaces (decision 0032)."""

from collections.abc import Sequence
from hashlib import sha256
from uuid import UUID

from catalog.errors import InvalidInput, StoredText, TextChanged, TextExists

VERSION_LENGTH = 12  # hex digits

Stored = tuple[UUID, str | None]  # an asset's id, and the text that it has


def version_of(text: str | None) -> str:
    """The first digits of the SHA-256 of the text as it is stored, in UTF-8; empty when there is no text."""
    return sha256(text.encode()).hexdigest()[:VERSION_LENGTH] if text else ""


def check_one_each(rows: Sequence[object], expected: Sequence[str]) -> None:
    """InvalidInput unless there is a version for each row."""
    if len(rows) != len(expected):
        raise InvalidInput(f"Each row needs a version, which may be empty: {len(rows)} rows, {len(expected)} versions.")


def check_versions(stored: Sequence[Stored], expected: Sequence[str]) -> None:
    """That each stored text has the version that its writer expects, empty for no text.

    Raises TextExists for texts of which no version was named, else TextChanged for those that have another.
    """
    others = [
        StoredText(pk, len(text or ""), version, wanted)
        for (pk, text), wanted in zip(stored, expected, strict=True)
        if (version := version_of(text)) != wanted
    ]
    if unnamed := [text for text in others if not text.expected]:
        raise TextExists(f"{said_of(unnamed)} a text already, of which no version was named.", unnamed)
    if others:
        raise TextChanged(f"{said_of(others)} another text than was read.", others)


def said_of(texts: Sequence[StoredText]) -> str:
    verb = "has" if len(texts) == 1 else "have"
    return f"Nothing was written: {', '.join(str(text.id) for text in texts)} {verb}"
