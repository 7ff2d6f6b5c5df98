"""The arguments of a call, checked by the class that the tool takes; what is wrong is said for a model to mend."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from django.utils.text import Truncator

from api.mcp.tool import Arguments, Tool

PLACE = re.compile(r"(?P<what>.*?)(?: - at `\$\.?(?P<where>.*)`)?", re.DOTALL)
MAX_NAME_LENGTH = 60  # characters of an argument's name that are repeated
MAX_TOLD = 200  # characters of what msgspec says, which repeats what was sent


class WrongArguments(Exception):
    """The text says what was wrong, and what the tool takes."""

    def __init__(self, sentence: str) -> None:
        super().__init__(f"Wrong arguments: {sentence}")


def read(tool: Tool, given: Mapping[str, Any]) -> Arguments:
    """Raises WrongArguments."""
    names = tool.arguments.__struct_fields__
    takes = f"{tool.name} takes {', '.join(names)}."
    if unknown := next((name for name in given if name not in names), None):
        raise WrongArguments(f"there is no argument `{shown(unknown)}`. {takes}")
    required = (field.name for field in msgspec.structs.fields(tool.arguments) if field.required)
    if missing := next((name for name in required if name not in given), None):
        raise WrongArguments(f"`{missing}` is missing. {takes}")
    try:
        checked = msgspec.convert(given, tool.arguments)
    except msgspec.ValidationError as error:
        raise WrongArguments(sentence(str(error))) from None
    if any("\0" in text for text in texts(given)):  # by now no more and no deeper than the tool takes
        raise WrongArguments("a text holds the character NUL, which no name and no text in the catalog has.")
    return checked


def sentence(told: str) -> str:
    """msgspec's words with the argument first: "`limit`: expected `int` <= 50."."""
    found = PLACE.fullmatch(told)
    assert found
    what = f"{Truncator(told[0].lower() + found['what'][1:]).chars(MAX_TOLD)}."
    return f"`{shown(found['where'])}`: {what}" if found["where"] else what


def shown(name: str) -> str:
    return " ".join(name.split())[:MAX_NAME_LENGTH]


def texts(value: Any) -> Iterator[str]:
    """Each text in the value."""
    match value:
        case str():
            yield value
        case list():
            for inner in value:
                yield from texts(inner)
        case dict():
            yield from texts(list(value.values()))
