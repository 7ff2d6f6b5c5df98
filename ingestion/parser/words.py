"""Which tables a text may speak of, before anybody parses it. The parent reads this: nothing heavy is imported."""

import re

WORD = re.compile(r"[^\W]+(?:[$#@]\w*)*|[$#@]\w+")
QUOTED = re.compile(r'"([^"]+)"|`([^`]+)`|\[([^\]]+)\]')


def words_of(sql: str) -> frozenset[str]:
    """All that may be the last part of a table's name in this text, in lower case.

    The parent sends the stored tables of these names alone: a catalog of a million columns travels with no text.
    """
    text = sql.lower()
    quoted = {part for match in QUOTED.finditer(text) for part in match.groups() if part}
    last = {name.rpartition(".")[2] for name in quoted}
    words = set(WORD.findall(text))
    return frozenset(words | quoted | last | {word.partition("$")[0] for word in words | last} - {""})
