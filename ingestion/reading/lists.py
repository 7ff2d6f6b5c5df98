"""The list in a cell: `['a','b']`, `('a','b')`, `{'a','b'}`, `[]`, `'a'`, and JSON arrays. Every item is a text."""

import re

ITEM = re.compile(
    r"""\s*(?:
        '(?P<single>[^'\\]*(?:(?:\\.|'')[^'\\]*)*)'
      | "(?P<double>[^"\\]*(?:(?:\\.|"")[^"\\]*)*)"
      | (?P<bare>[^\s'"\[\](){},][^'"\[\](){},]*)
    )\s*(?P<end>,|\Z)""",
    re.VERBOSE | re.DOTALL,
)
ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.DOTALL)
ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
BRACKETS = {"[": "]", "(": ")", "{": "}"}
NOTHING = frozenset({"null", "None"})


class NotAList(ValueError):
    """The text is no list in any of the forms."""


def read_list(text: str) -> tuple[str, ...]:
    """The items in their order, each once, without blanks around them; empty ones and nulls are left out.

    Raises NotAList. Numbers and words without quotes are texts, too, but only inside of brackets.
    """
    closing = BRACKETS.get(text[:1])
    if closing is None:
        if text[:1] not in {"'", '"'} or (alone := ITEM.fullmatch(text)) is None or alone["end"]:
            raise NotAList(text)
        return tuple(filter(None, [item(alone)]))
    if len(text) < 2 or text[-1] != closing:
        raise NotAList(text)
    items: dict[str, None] = {}
    inside, place = text[1:-1].strip(), 0
    while place < len(inside):
        found = ITEM.match(inside, place)
        if found is None:
            raise NotAList(text)
        items[item(found)] = None
        place = found.end()
    items.pop("", None)
    return tuple(items)


def item(found: re.Match[str]) -> str:
    if found["bare"] is not None:
        bare = found["bare"].strip()
        return "" if bare in NOTHING else bare
    quote = "'" if found["single"] is not None else '"'
    quoted = found["single"] if quote == "'" else found["double"]
    text = ESCAPE.sub(unescaped, quoted.replace(2 * quote, quote))
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "ignore").strip()  # two halves are one character


def unescaped(found: re.Match[str]) -> str:
    code = found[1] or found[2]
    return chr(int(code, 16)) if code else ESCAPED.get(found[3], found[3])
