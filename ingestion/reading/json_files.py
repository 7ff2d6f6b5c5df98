"""JSON files of any size, member by member: only what is wanted is ever built, by ijson.

A shape says what is wanted of a map: its keys, each with the shape below it; `"*"` stands for every other key. What is
no map is taken whole, whatever the shape; of the maps in a list the shape is that of the list.
"""

from __future__ import annotations

import codecs
from collections.abc import Generator, Iterator
from itertools import chain
from typing import Any, BinaryIO

import ijson

from ingestion.errors import Unusable

CHUNK = 64 * 1024  # bytes
MOST_DEPTH = 100
VALUE_SIZE = 64 * 1024 * 1024  # bytes of one member
STEPS = {"start_map": 1, "start_array": 1, "end_map": -1, "end_array": -1}

Shape = dict[str, "Shape"]
PLAIN: Shape = {}  # texts, numbers, and lists of them
WHOLE: Shape = {}
WHOLE["*"] = WHOLE

NOTHING = ("", None)

Event = tuple[str, Any]
Events = Generator[Event, None, None]


def members(file: BinaryIO, wanted: Shape) -> Iterator[tuple[str, str | int | None, Any]]:
    """Section, key and value of each member of the wanted sections of the object that the file is, in its order.

    The key is a text in a map, the place from 0 in a list, None where the section is neither. Reads from the beginning.
    Raises Unusable for what is no JSON object, is cut off, or is over the limits, also after the first members.
    """
    events = parse(file)
    if next(events, NOTHING)[0] != "start_map":
        raise Unusable("The file must be one JSON object, which begins with {.")
    for name, section in events:
        if name == "end_map":
            continue  # the object's own; what may follow it is refused by the parser
        event = next(events)
        shape = wanted.get(section)
        if shape is None:
            skip(events, event)
        elif event[0] == "start_map":
            for key, first in entries(events):
                yield section, key, value(events, first, shape)
        elif event[0] == "start_array":
            for place, first in enumerate(items(events)):
                yield section, place, value(events, first, shape)
        else:
            yield section, None, event[1]


def value(events: Events, first: Event, shape: Shape) -> Any:
    """The value that begins with that event, without the keys that nobody wants."""
    name, scalar = first
    if name == "start_map":
        kept = {}
        everything = shape.get("*")
        for key, event in entries(events):
            inner = shape.get(key, everything)
            is_plain = event[0] not in STEPS  # as most are: they cost no call
            if inner is not None:
                kept[key] = event[1] if is_plain else value(events, event, inner)
            elif not is_plain:
                skip(events, event)
        return kept
    if name == "start_array":
        return [value(events, event, shape) for event in items(events)]
    return scalar


def entries(events: Events) -> Iterator[tuple[str, Event]]:
    """The keys of the map that has begun, each with the first event of its value; the caller takes the rest of it."""
    for name, key in events:
        if name == "end_map":
            return
        yield key, next(events)


def items(events: Events) -> Iterator[Event]:
    """The first event of each item of the list that has begun; the caller takes the rest of it."""
    for event in events:
        if event[0] == "end_array":
            return
        yield event


def skip(events: Events, first: Event) -> None:
    """Go past the value that begins with that event."""
    depth = STEPS.get(first[0], 0)
    if depth:
        for name, _ in events:
            if name in STEPS:
                depth += STEPS[name]
                if not depth:
                    return


def parse(file: BinaryIO) -> Events:
    """The events of ijson's `basic_parse`, within the limits of depth and of the size of a member of a section."""
    found = ijson.sendable_list()
    parser = ijson.basic_parse_coro(found)
    depth = read = settled = 0
    for chunk in chain(chunks(file), [b""]):
        send(parser, chunk)
        read += len(chunk)
        for event in found:
            if event[0] in STEPS:
                depth += STEPS[event[0]]
                if depth <= 2:
                    settled = read
                elif depth > MOST_DEPTH:
                    raise Unusable(f"The JSON is nested more than {MOST_DEPTH} deep.")
            yield event
        if found and depth <= 2:
            settled = read  # between members that are plain
        del found[:]
        if read - settled > VALUE_SIZE:
            raise Unusable("The JSON has a value of more than 64 MB.")


def chunks(file: BinaryIO) -> Iterator[bytes]:
    """The bytes of a file without a byte order mark."""
    file.seek(0)
    yield file.read(CHUNK).removeprefix(codecs.BOM_UTF8)
    while chunk := file.read(CHUNK):
        yield chunk


def send(parser: Any, chunk: bytes) -> None:
    """Feed the parser, or end it with no bytes. Raises Unusable for whatever it does not like."""
    try:
        if chunk:
            parser.send(chunk)
        else:
            parser.close()
    except (ijson.JSONError, ValueError, ArithmeticError) as error:
        if not chunk:
            raise Unusable("The JSON ends in the middle: the file was cut off. Send it whole.") from None
        reason = str(error).removeprefix("b'").partition("\n")[0].partition("\\n")[0]
        raise Unusable(f"The JSON cannot be read ({reason}).") from None
