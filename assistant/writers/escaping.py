"""The one way in which words of the catalog get into Markdown: they can make no link, image, HTML or line of their own.

What people write is data. Whatever a name or a description says, the addresses of an answer are those of this site's
own pages; they come from ids, never from a text.
"""

import re
import unicodedata

MAX_NAME = 200  # characters of a name or a path
ELLIPSIS = "…"

# What a reader, or the program that shows the answer to one, could take for an address: with a scheme, from a slash on,
# with www, of mail, a host under one of the domains that programs make links of, or, before a slash, under one of two
# letters; numbers of a host with a port or a path. Not marts.finance.revenue, nor orders.id.
ADDRESS = re.compile(
    r"""
    \b(?:https?|ftps?|file|mailto|data|javascript|vbscript|tel|sms|xmpp|irc|ssh|git|ws|wss|blob|about):\S+
    | [a-z][a-z0-9+.-]{0,30}://\S*
    | //\S+
    | \bwww\.\S+
    | [^\s<>()\[\]]{1,64}@[^\s<>()\[\]]+
    | \b(?:[\w-]{1,63}\.){1,8}(?:com|net|org|edu|gov|info|biz|io|ru|cn|xyz)\b(?![\w-]|\.\w)\S*
    | \b(?:[\w-]{1,63}\.){1,8}(?:[a-z]{2}|app|click|dev|link|live|online|page|shop|site|top|zip)(?::\d{1,5})?/\S*
    | \b\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5}|/)\S*
    """,
    re.IGNORECASE | re.VERBOSE,
)
# Signs that mean something in Markdown wherever they stand; an underscore only at the edge of a word.
SIGNS = re.compile(r"[\\`*\[\]<>&~|!$@{}#^=]|(?<![^\W_])_|_(?![^\W_])")


def escaped(text: str, *, longest: int = MAX_NAME) -> str:
    """The text on one line, cut, without addresses and without what nobody sees; every sign of Markdown is a letter.

    It must not begin a line: there also digits and dashes mean something.
    """
    words = spared(text)
    return SIGNS.sub(lambda sign: f"\\{sign[0]}", shortened(words, longest))


def spared(text: str) -> str:
    """The text on one line without addresses and invisible characters."""
    return " ".join(ADDRESS.sub(ELLIPSIS, visible(text)).split())


def visible(text: str) -> str:
    """The text without what has no shape: controls, marks of direction, zero-width and unassigned characters."""
    kept = []
    for character in text:
        category = unicodedata.category(character)
        if category in {"Cc", "Zl", "Zp"}:
            kept.append(" ")
        elif category[0] != "C":
            kept.append(character)
    return "".join(kept)


def shortened(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + ELLIPSIS


def link(text: str, url: str) -> str:
    """A link to one of this site's own pages; the address has to be made from an id."""
    return f"[{escaped(text) or ELLIPSIS}]({url})"
