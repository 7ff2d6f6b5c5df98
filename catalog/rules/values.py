"""Rules for single values. `field` is what the caller calls the value: externalId."""

import re

from catalog.errors import InvalidInput
from catalog.models.rows import NAME_LENGTH, TEXT_LENGTH, URL_LENGTH

# People click on them on our pages, so no other scheme; and no control characters, which browsers skip.
WEB_ADDRESS = re.compile(r"https?://[^\s/?#\\\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*", re.IGNORECASE)


def check_required(field: str, text: str | None, longest: int = NAME_LENGTH) -> None:
    """InvalidInput unless there is a text, not blank and at most so many characters long."""
    if text is None or not text.strip():
        raise InvalidInput(f"{field} may not be empty.")
    check_optional(field, text, longest)


def check_optional(field: str, text: str | None, longest: int = TEXT_LENGTH) -> None:
    """InvalidInput if the text is longer than that, in characters."""
    if text is not None and len(text) > longest:
        raise InvalidInput(f"{field} may have at most {longest:,} characters, not {len(text):,}.")


def check_url(field: str, url: str | None) -> None:
    """InvalidInput unless it is missing or an http(s) address with a host, without control characters."""
    check_optional(field, url, URL_LENGTH)
    if url is not None and not WEB_ADDRESS.fullmatch(url):
        raise InvalidInput(f"{field} must be an address that begins with http:// or https://.")


def check_required_url(field: str, url: str | None) -> None:
    check_required(field, url, URL_LENGTH)
    check_url(field, url)


def check_given(field: str, value: object) -> None:
    """InvalidInput for an explicit null where there is always a value."""
    if value is None:
        raise InvalidInput(f"{field} may not be null.")


def check_count(field: str, number: int | None, highest: int | None = None) -> None:
    """InvalidInput for a number below 0 or above the highest."""
    if number is None:
        return
    if number < 0:
        raise InvalidInput(f"{field} may not be below 0.")
    if highest is not None and number > highest:
        raise InvalidInput(f"{field} may be at most {highest:,}.")
