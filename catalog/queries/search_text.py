"""What somebody types into the search: words, "a phrase", filters as `tag:finance`, a minus before what is unwanted.

The more words are found the better; what is quoted has to be found, and filters have to hold. Of several kinds or
sources one is enough; of several tags or owners each has to be there.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from catalog.errors import InvalidInput

KEYS = ("kind", "source", "tag", "owner")
MAX_LENGTH = 200  # characters
MAX_PARTS = 8  # words, phrases and filters together: each is looked for in every text of every asset

PART = re.compile(
    rf'(?P<minus>-(?=\S))?(?:(?P<key>{"|".join(KEYS)}):\s*)?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]\S*))',
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a search. `key` is empty for a word or a phrase; `start` is its place in the text."""

    value: str
    key: str = ""
    is_excluded: bool = False
    start: int = 0
    is_quoted: bool = field(default=False, compare=False)


def parts_of(text: str) -> Iterator[Part]:
    """The parts in their order; a quotation that nobody ended goes on to the end, an empty one is left out."""
    for found in PART.finditer(text):
        value = " ".join((found["phrase"] if found["word"] is None else found["word"]).split())
        key = (found["key"] or "").lower()
        if value:
            yield Part(value, key, bool(found["minus"]), found.start(), found["word"] is None)


def parse(text: str) -> list[Part]:
    """The parts of a search; InvalidInput for too many of them, or for a filter that says nothing."""
    parts = list(parts_of(text))
    if len(parts) > MAX_PARTS:
        raise InvalidInput(f"A search takes at most {MAX_PARTS} words and filters, not {len(parts)}.")
    for part in parts:
        key = part.value.rstrip(":").lower()
        if not part.key and part.value.endswith(":") and key in KEYS:
            raise InvalidInput(f"Say which {key} you mean, as in {key}:{'table' if key == 'kind' else 'name'}.")
    return parts


def written(key: str, value: str) -> str:
    """A filter as it is typed, in quotation marks when it has blanks."""
    quoted = f'"{value}"' if re.search(r"\s", value) else value
    return f"{key}:{quoted}"
