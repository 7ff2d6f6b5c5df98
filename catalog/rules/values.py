"""What a value may be that is no text. `words` name it to the caller."""

from catalog.errors import InvalidInput


def check_given(words: str, value: object) -> None:
    """InvalidInput for an explicit null where there is always a value."""
    if value is None:
        raise InvalidInput(f"The {words} may not be null.")


def check_count(words: str, number: int | None, highest: int | None = None) -> None:
    """InvalidInput for a number below 0 or above the highest."""
    if number is None:
        return
    if number < 0:
        raise InvalidInput(f"The {words} may not be below 0.")
    if highest is not None and number > highest:
        raise InvalidInput(f"The {words} may be at most {highest:,}.")
