"""Versions of texts: by them a writer says which text it has read and replaces (decision 0032)."""

from hashlib import sha256

VERSION_LENGTH = 12  # hex digits


def version_of(text: str | None) -> str:
    """The first digits of the SHA-256 of the text as it is stored, in UTF-8; empty when there is no text."""
    return sha256(text.encode()).hexdigest()[:VERSION_LENGTH] if text else ""
