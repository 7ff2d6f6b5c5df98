"""How long a token lives and what it may be called, as plain functions."""

from datetime import datetime

from tokens.errors import InvalidName, NameIsToken
from tokens.keys import redact
from tokens.models import MAX_NAME_LENGTH


def one_year_after(start: datetime) -> datetime:
    """The same UTC instant a calendar year later; 29 February ends on 28 February."""
    try:
        return start.replace(year=start.year + 1)
    except ValueError:
        return start.replace(year=start.year + 1, day=28)


def clean_name(name: str) -> str:
    """The name, trimmed. Raises InvalidName over 80 characters, with line breaks or other control characters.

    Letters of every script, emoji and joiners are fine: pages and emails isolate what changes the direction of text.
    A token's value is no name, for names are kept, shown and mailed.
    """
    name = name.strip()
    if len(name) > MAX_NAME_LENGTH or any(is_control(character) for character in name):
        raise InvalidName
    if redact(name) != name:
        raise NameIsToken
    return name


def is_control(character: str) -> bool:
    code = ord(character)
    return code < 0x20 or 0x7F <= code < 0xA0 or code in {0x2028, 0x2029} or 0xD800 <= code < 0xE000
