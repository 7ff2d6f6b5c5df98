"""Assets of one kind whose name or path holds all of some words, a part at a time, with how many there are."""

from dataclasses import dataclass
from typing import Any

from accounts.models import Account
from catalog.models import Table
from catalog.models.assets import AssetKind
from catalog.queries.references import AssetReference

MAX_COUNTED = 1_000  # of what is found


@dataclass(frozen=True, slots=True)
class ListedAsset:
    """One line. `description` is Catalog's text or the source's, its beginning as Markdown; popularity out of a million."""

    reference: AssetReference
    description: str
    source: str | None  # its name
    popularity: int | None
    tags: list[str]
    is_verified: bool
    is_deprecated: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """A part of what was found. `total` is MAX_COUNTED when there are more, and then `is_capped`."""

    items: list[Any]
    total: int
    is_capped: bool
    is_truncated: bool  # there are more behind these


def list_assets(
    account: Account,
    kind: AssetKind,
    *,
    query: str = "",  # words between blanks, all of which have to occur, in any order and case
    under: str = "",  # a database, a schema, of columns also a table; a folder; the id or exact name of a parent term
    tag: str = "",  # its exact label
    limit: int,
    offset: int = 0,
) -> Listing:
    """`ListedAsset`s in the order of the search page; at most five queries.

    Words are looked for in the path of a table and in the name of anything else. UnknownReference for a tag, a term, a
    database or the like that is not there. InvalidInput for columns without `under` and without a word of three letters
    or digits, which no index finds.
    """
    raise NotImplementedError


def list_columns(account: Account, table: Table, *, query: str = "", limit: int, offset: int = 0) -> Listing:
    """The `Column` rows of the table in its order, whose name or description holds all words; at most two queries."""
    raise NotImplementedError
