"""A page of rows: by number, or all after an id."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from django.db.models import OrderBy, QuerySet

from catalog.errors import InvalidInput
from catalog.ids import known_uuid

DEFAULT, MOST = 500, 10_000  # rows


def check_pagination(pagination: Mapping[str, Any] | None) -> None:
    """Raises InvalidInput for a page that there cannot be."""
    if not pagination:
        return
    size, page = pagination["nb_per_page"], pagination.get("page")
    if not 1 <= size <= MOST:
        raise InvalidInput(f"nbPerPage is {size}: 1 to {MOST} are possible.")
    if page is not None and not 0 <= page <= 2**31 // size:
        raise InvalidInput(f"page is {page}: 0 to {2**31 // size} are possible.")
    after = pagination.get("greater_than_id")
    if after is not None and not known_uuid(after):  # an empty page would be taken for the end of the list
        raise InvalidInput("greaterThanId is no id: send the greatestId of the page before, and nothing for the first.")


class Page:
    """The rows of one page, and how many there are in all, which is counted only when somebody asks.

    With `greaterThanId` the rows whose id is greater, by id; it wins over `page` and over `sorting`.
    """

    def __init__(
        self,
        rows: QuerySet[Any],
        *,
        pagination: Mapping[str, Any] | None,
        order: Sequence[OrderBy] = (),
        key: str = "pk",  # the column that the API calls id
        check_time: Callable[[], None],  # raises an error when the call has to end
    ) -> None:
        pagination = pagination or {}
        self.rows = rows
        self.key = key
        self.check_time = check_time
        self.nb_per_page: int = pagination.get("nb_per_page", DEFAULT)
        self.after: str | None = pagination.get("greater_than_id")
        self.number: int | None = pagination.get("page")
        self.order = () if self.after is not None else order

    @property
    def page(self) -> int | None:
        return None if self.after is not None else self.number or 0

    @cached_property
    def total_count(self) -> int:
        return self.rows.order_by().count()

    @property
    def data(self) -> Iterator[Any]:
        """The rows, each of which is asked for when all below the one before it has been answered."""
        for row in self.found:
            self.check_time()
            yield row

    @cached_property
    def found(self) -> list[Any]:
        if self.after is not None:
            return list(self.rows.filter(**{f"{self.key}__gt": self.after}).order_by(self.key)[: self.nb_per_page])
        first = (self.page or 0) * self.nb_per_page
        return list(self.rows.order_by(*self.order, self.key)[first : first + self.nb_per_page])

    @property
    def greatest_id(self) -> str | None:
        """None when pages have numbers, or rows another order."""
        if (self.number is not None and self.after is None) or self.order or not self.found:
            return None
        return str(getattr(self.found[-1], self.key))
