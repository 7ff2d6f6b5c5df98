"""Answers as models get them: lean, and never longer than clients take.

What is empty, false or unknown is left out, which halves what a model has to read. An answer that is too long loses
whole items off its end and says where to go on; JSON is never cut.
"""

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec
from django.conf import settings
from django.utils.text import Truncator

from catalog.models.rows import HIGHEST_POPULARITY

MAX_CHARACTERS = 40_000  # of an answer: 17,000 tokens at the most, and clients cut after 25,000
KEPT_WHEN_EMPTY = frozenset({"items", "nodes", "edges", "complete"})


@dataclass(frozen=True, slots=True)
class Answer:
    """`build` makes the answer with the first so many of its `items`; of an answer without items, they are none."""

    build: Callable[[int], dict[str, Any]]
    items: int = 0


def single(answer: Mapping[str, Any]) -> Answer:
    """An answer of which nothing can be left off."""
    return Answer(lambda _: dict(answer))


def part(head: Mapping[str, Any], items: Sequence[Any], *, offset: int, more: bool, key: str = "items") -> Answer:
    """A part of a longer list: `more` says whether there are items behind these."""

    def build(kept: int) -> dict[str, Any]:
        rest = {"truncated": True, "next_offset": offset + kept} if more or kept < len(items) else {}
        return {**head, key: items[:kept], "returned": kept, **rest}

    return Answer(build, len(items))


def done(items: Sequence[Any]) -> Answer:
    """What was done, all of it; of what is too much to tell, the first."""
    return Answer(
        lambda kept: {"items": items[:kept], "returned": kept, "truncated": kept < len(items)},
        len(items),
    )


def asked_for(items: Mapping[str, Any], *, missing: Mapping[str, Sequence[str]]) -> Answer:
    """What was asked for by reference; those that did not fit are named, to be asked for again."""
    references, found = list(items), list(items.values())
    not_found = [{"ref": reference, "similar": similar} for reference, similar in missing.items()]

    def build(kept: int) -> dict[str, Any]:
        left_out = references[kept:]
        return {
            "items": found[:kept],
            "returned": kept,
            "truncated": bool(left_out),
            "left_out": left_out,
            "not_found": not_found,
        }

    return Answer(build, len(found))


def fitted(answer: Answer) -> bytes:
    """The answer as JSON, with as many of its items as fit."""
    whole = encoded(answer.build(answer.items))
    if fits(whole):
        return whole
    too_many = bisect_left(range(1, answer.items + 1), True, key=lambda kept: not fits(encoded(answer.build(kept)))) + 1
    if too_many > 1:
        return encoded(answer.build(too_many - 1))
    return shortened(lean(answer.build(min(1, answer.items))))


def shortened(answer: dict[str, Any]) -> bytes:
    """The answer with a single item, too long by itself: whatever in it is longest is halved until all of it fits.

    What is halved has its whole length in the answer (`readme_chars`, `columns`), or is a list from its beginning on.
    Where nothing is left to halve the answer stays too long: clients cut it, which is better than none.
    """
    answer["truncated"] = True
    item: dict[str, Any] = next(iter(answer.get("items", [])), {})
    while not fits(now := msgspec.json.encode(answer)):
        name, inside = longest = max(((name, inside) for inside in (item, answer) for name in inside), key=length_of)
        if not length_of(longest):
            break
        inside[name] = inside[name][: len(inside[name]) // 2]
        if name == "edges":
            answer |= {"complete": False, "why_incomplete": "One asset has more edges than an answer can hold."}
    return now


def length_of(place: tuple[str, dict[str, Any]]) -> int:
    """How long this part is, if it can be made shorter; else 0."""
    name, inside = place
    shortens = inside[name] and isinstance(inside[name], str | list) and name not in {"items", "nodes"}
    return len(msgspec.json.encode(inside[name])) if shortens else 0


def encoded(answer: Mapping[str, Any]) -> bytes:
    return msgspec.json.encode(lean(answer))


def fits(text: bytes) -> bool:
    return len(text) <= MAX_CHARACTERS or len(text.decode()) <= MAX_CHARACTERS


def lean(value: Any) -> Any:
    """The same without what is null, false, or an empty text or list."""
    if isinstance(value, Mapping):
        return {key: lean(inner) for key, inner in value.items() if key in KEPT_WHEN_EMPTY or not is_empty(inner)}
    if isinstance(value, list | tuple):
        return [lean(inner) for inner in value]
    return value


def is_empty(value: Any) -> bool:
    return value is None or value is False or (isinstance(value, str | list | tuple) and not value)


# --- How one value is said -----------------------------------------------------------------------


def moment(at: datetime | None) -> str | None:
    """ISO 8601, UTC, by the second."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if at else None


def percent(popularity: int | None) -> int | None:
    """A popularity from 0 to 100."""
    return None if popularity is None else round(100 * popularity / HIGHEST_POPULARITY)


def address(url: str) -> str:
    """The address of a page, for people."""
    return f"{settings.BASE_URL}{url}"


def line(text: str, length: int) -> str:
    """The beginning of a text, on one line."""
    return Truncator(" ".join(text[: 4 * length].split())).chars(length)
