"""Customers' addresses and Markdown, made safe for our pages."""

import re
from collections.abc import Iterable, Iterator

from django.utils.html import linebreaks
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator
from markdown_it import MarkdownIt
from markdown_it.token import Token

WEB = re.compile(r"https?://", re.IGNORECASE)
LINKED = re.compile(r"(https?://|mailto:)", re.IGNORECASE)
MAX_LENGTH = 20_000  # characters; of 100,000 open brackets the parser would think for seconds
MAX_CELL_LENGTH = 2_000  # characters of a text in a table
MAX_CELLS_LENGTH = 50_000  # characters of all texts in a table; a thousand of brackets would take a minute
MAX_READ_LENGTH = 500  # characters of which the words are taken; fifty texts of brackets take a second or two


def parser() -> MarkdownIt:
    """The preset for texts of strangers: no HTML. An open bracket costs as much as things may be nested deep."""
    made = MarkdownIt("js-default", {"html": False, "linkify": False, "maxNesting": 20})
    made.validateLink = lambda url: LINKED.match(url) is not None  # type: ignore[method-assign]
    return made


PARSER = parser().disable("image")  # our pages load none: what looks like one becomes a link
READER = parser()  # for the words alone
BREAKS = {"softbreak", "hardbreak"}


def web_address(url: str | None) -> str:
    """The address if it is http(s), else an empty text: `javascript:` would run a script."""
    return url if url and WEB.match(url) else ""


def rendered(text: str, *, within: str | None = None) -> SafeString:
    """Markdown as HTML below a heading of the second level; one longer than MAX_LENGTH keeps its line breaks alone.

    With `within`, the address of this site, its links alone are kept, by their paths; of others the words stay.
    """
    if len(text) > MAX_LENGTH:
        return lines(text)
    tokens = PARSER.parse(text)
    if within is not None:
        for block in tokens:
            keep_links(block.children or [], within)
    for token in [*tokens, *(inner for block in tokens for inner in block.children or ())]:
        token.attrs.pop("style", None)  # of a column in a table: our policy allows none
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(int(token.tag[1]) + 2, 6)}"
        elif token.type == "link_open" and within is None:
            token.attrs["rel"] = "noopener nofollow"
    return mark_safe(str(PARSER.renderer.render(tokens, PARSER.options, {})))  # noqa: S308  # escaped by the renderer


def keep_links(tokens: Iterable[Token], within: str) -> None:
    """Make links to other sites plain text. Of a link to this site the path stays: also when it is reached by another
    name.
    """
    opened: list[Token] = []
    for token in tokens:
        if token.type == "link_open":
            opened.append(token)
            address = str(token.attrs["href"])
            if address.startswith(f"{within}/"):
                path = address.removeprefix(within).replace("\\", "/")
                token.attrs = {"href": f"/{path.lstrip('/')}"}  # two slashes would name a host
            else:
                token.tag, token.attrs = "span", {}
        elif token.type == "link_close":
            token.tag = opened.pop().tag


def cells(texts: Iterable[str]) -> Iterator[SafeString]:
    """The texts of a table as HTML, each cut; after MAX_CELLS_LENGTH characters they keep their line breaks alone."""
    left = MAX_CELLS_LENGTH
    for text in texts:
        shown = Truncator(text).chars(MAX_CELL_LENGTH)
        left -= len(shown)
        yield rendered(shown) if left >= 0 else lines(shown)


def plain(text: str) -> str:
    """The words of Markdown on one line, without its signs; of a long text those of its beginning."""
    return " ".join(" ".join(map(words_of, READER.parse(text[:MAX_READ_LENGTH]))).split())


def words_of(token: Token) -> str:
    """Of a line or an image: its parts were written without a blank between them."""
    if token.type in BREAKS:
        return " "
    return token.content if token.children is None else "".join(map(words_of, token.children))


def lines(text: str) -> SafeString:
    return mark_safe(linebreaks(text, autoescape=True))  # noqa: S308  # escaped by linebreaks
