"""Pages of lists, as the API asks for them and shows them."""

from collections.abc import Mapping
from typing import Any

import strawberry
from strawberry import UNSET

from catalog.errors import InvalidInput
from catalog.ids import known_uuid
from catalog.queries.paging import DEFAULT_ROWS_PER_PAGE, MAX_ROWS_PER_PAGE, PageRequest

HIGHEST_ROW = 2**31  # that a page may begin with


@strawberry.input
class PublicPagination:
    """Which page of a list to answer: by its number, or what comes after an id.

    nbPerPage: How many rows a page has, 1 to 10,000.
    page: The number of the page, from 0, which is the default; passed over when greaterThanId is sent.
    greaterThanId: The greatestId of the page before, to read on from there by ascending id; sorting is passed over
        then.
    """

    nb_per_page: int
    page: int | None = UNSET
    greater_than_id: str | None = UNSET


PageInput = PublicPagination | None


@strawberry.type
class PagedOutput:
    """A `catalog.queries.paging.Page`.

    nbPerPage: How many rows a page has: as many as were asked for, or 500.
    page: The number of this page, from 0; null when greaterThanId was sent.
    totalCount: How many rows fit the scope, on all pages together.
    greatestId: The id to send as greaterThanId for the next page; null on an empty page, and after page or sorting
        without greaterThanId.
    """

    nb_per_page: int
    page: int | None
    total_count: int
    greatest_id: str | None


def check_pagination(pagination: Mapping[str, Any] | None) -> None:
    """Raises InvalidInput for a page that there cannot be."""
    if not pagination:
        return
    size, page = pagination["nb_per_page"], pagination.get("page")
    if not 1 <= size <= MAX_ROWS_PER_PAGE:
        raise InvalidInput(f"nbPerPage is {size}: 1 to {MAX_ROWS_PER_PAGE} are possible.")
    if page is not None and not 0 <= page <= HIGHEST_ROW // size:
        raise InvalidInput(f"page is {page}: 0 to {HIGHEST_ROW // size} are possible.")
    after = pagination.get("greater_than_id")
    if after is not None and not known_uuid(after):  # an empty page would be taken for the end of the list
        raise InvalidInput("greaterThanId is no id: send the greatestId of the page before, and nothing for the first.")


def page_request(pagination: Mapping[str, Any]) -> PageRequest:
    if not pagination:
        return PageRequest()
    return PageRequest(pagination["nb_per_page"], pagination.get("page"), pagination.get("greater_than_id"))


def rows_asked_for(arguments: Mapping[str, Any], *, paged: bool) -> int:
    """How many rows a field at the root may answer."""
    return (arguments.get("pagination") or {}).get("nb_per_page", DEFAULT_ROWS_PER_PAGE) if paged else 0
