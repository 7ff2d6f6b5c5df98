"""What a tool says when it does not do what it was asked: one text, with the next step in it.

Models read it, so it says what to do instead, and when to stop trying. It names no class, no SQL and no token.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from uuid import UUID

import structlog
from django.conf import settings

from api.mcp.limits import TooManyWrites
from api.problems import RETRY_AFTER_OUTAGE, settings_url
from catalog.errors import (
    AmbiguousReference,
    StoredText,
    StoredTextError,
    TermExists,
    TextExists,
    UnknownReference,
)
from tokens.models import ApiToken

MAX_REFERENCE_LENGTH = 200  # characters of what was sent that are repeated
MAX_NAMED = 5  # of many references
MAX_TEXTS = 10  # of many columns
SEARCHES = {
    "table": "search_tables",
    "column": "search_columns",
    "dashboard": "search_dashboards",
    "term": "search_terms",
}


class Told(Exception):
    """A tool refuses; the text is what it says."""


# --- Who may ---------------------------------------------------------------------------------------


def read_only(tool: str, token: ApiToken) -> str:
    return (
        f"AuthorizationError: {tool} needs a Read & Write token; this one ({token.mask}) is Read Only. "
        f"Do not try again. Tell the user: an administrator makes one on {settings_url()}."
    )


WRITING_OFF = (
    'AuthorizationError: "Let MCP clients write" is off for this account. Do not try again. '
    "Tell the user: an administrator turns it on in Settings > API > MCP. Reading works."
)


def undeclared(tool: str) -> str:
    return f"AuthorizationError: {tool} is not open to tokens. Do not try again."


def too_many_writes(error: TooManyWrites) -> str:
    return (
        f"RateLimitError: this token wrote {error.limit} times in a minute. Nothing of this call was written. "
        f"Go on in {error.wait} seconds."
    )


# --- How long it took, and what broke ----------------------------------------------------------------


def too_slow() -> str:
    return (
        f"Stopped after {settings.MCP_SECONDS} seconds. Ask for less: a longer query, under, a smaller depth or limit."
    )


DATABASE_AWAY = f"The catalog's database is away. Try again in {RETRY_AFTER_OUTAGE} seconds."


def fault() -> str:
    request_id = structlog.contextvars.get_contextvars().get("request_id", "unknown")  # as the log has it
    return f"This failed on our side and was reported as {request_id}. Trying again will not help."


# --- What was named ----------------------------------------------------------------------------------


def unknown(error: UnknownReference) -> str:
    return not_found(error.kind, error.reference, error.similar)


def none_found(kind: str, missing: Mapping[str, Sequence[str]]) -> str:
    """Of references of which nothing was found; the first few."""
    return " ".join(not_found(kind, reference, missing[reference]) for reference in list(missing)[:MAX_NAMED])


def not_found(kind: str, reference: str, similar: Sequence[str]) -> str:
    kinds = kind.replace("_", " ")
    if similar:
        return f"No {kinds} {quoted(reference)}. Similar: {', '.join(map(one_line, similar))}."
    if kind == "tag":
        return f"No tag {quoted(reference)}. Searches show the tags of what they find."
    search = next((SEARCHES[word] for word in kinds.replace(",", "").split() if word in SEARCHES), "search_tables")
    return f"No {kinds} {quoted(reference)}. Search for it first with {search}."


def several(error: AmbiguousReference) -> str:
    kinds = error.kind.replace("_", " ")
    named = "; ".join(f"{pk} {one_line(path)}" for pk, path in error.candidates)
    return f"{error.number} {kinds}s are called {quoted(error.reference)}: use an id. {named}"


def quoted(reference: str) -> str:
    return f"'{one_line(reference)[:MAX_REFERENCE_LENGTH]}'"


def one_line(text: str) -> str:
    """The text without its line ends: no name begins a paragraph of its own in what a model is told."""
    return " ".join(text.split())


# --- What is written already -------------------------------------------------------------------------


@contextmanager
def telling_of_text(path: str) -> Iterator[None]:
    """Makes Told of what a service says of the stored text of the asset at this path."""
    try:
        yield
    except StoredTextError as error:
        raise Told(of_asset(error, path)) from None


@contextmanager
def telling_of_columns(paths: Mapping[UUID, str]) -> Iterator[None]:
    """The same of the descriptions of columns, whose paths are by id."""
    try:
        yield
    except StoredTextError as error:
        raise Told(of_columns(error, paths)) from None


def of_asset(error: StoredTextError, path: str) -> str:
    text = error.texts[0]
    if isinstance(error, TextExists):
        return (
            f"{one_line(path)} has a text already: {text.characters:,} characters, version '{text.version}'. "
            f"Read it first, then send expected_version '{text.version}' to replace it, "
            "or mode 'append' to add below it."
        )
    return f"The text was changed since you read it: {changed(text)}. Read it again, then decide."


def of_columns(error: StoredTextError, paths: Mapping[UUID, str]) -> str:
    number, shown = len(error.texts), error.texts[:MAX_TEXTS]
    columns = "1 column has" if number == 1 else f"{number} columns have"
    if isinstance(error, TextExists):
        named = "; ".join(f"{one_line(paths[text.id])}: version '{text.version}'" for text in shown)
        return (
            f"Nothing was written. {columns} a text already that you did not name by expected_version: {named}. "
            "Read them first."
        )
    named = "; ".join(f"{one_line(paths[text.id])}: {changed(text)}" for text in shown)
    return f"Nothing was written. {columns} another text than you read: {named}. Read them again, then decide."


def changed(text: StoredText) -> str:
    if text.version:
        return f"it is version '{text.version}' now, not '{text.expected}'"
    return f"there is none any more, and not '{text.expected}'"


def term_exists(error: TermExists) -> str:
    return (
        f"A term {quoted(error.name)} exists: {error.id}. Read it with get_terms and change it with "
        "update_term_readme, or send allow_duplicate true if a second one is meant."
    )
