"""A page of rows: by number, or all after an id."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import OrderBy, QuerySet

DEFAULT_ROWS_PER_PAGE = 500
MAX_ROWS_PER_PAGE = 10_000


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which rows are asked for: those of page `number`, the first of which is 0, or those whose id is after `after`."""

    size: int = DEFAULT_ROWS_PER_PAGE
    number: int | None = None
    after: str | None = None  # wins over `number` and over any order


class Page:
    """The rows of one page, and how many there are in all, which is counted only when somebody asks."""

    def __init__(
        self,
        rows: QuerySet[Any],
        *,
        request: PageRequest,
        order: Sequence[OrderBy] = (),
        key: str = "pk",  # the column that the API calls id
        check_time: Callable[[], None],  # raises an error when the call has to end
    ) -> None:
        self.rows = rows
        self.request = request
        self.order = () if request.after is not None else order
        self.key = key
        self.check_time = check_time

    @property
    def nb_per_page(self) -> int:
        return self.request.size

    @property
    def page(self) -> int | None:
        """None for the rows after an id."""
        return None if self.request.after is not None else self.request.number or 0

    @cached_property
    def total_count(self) -> int:
        return self.rows.order_by().count()

    @property
    def data(self) -> Iterator[Any]:
        """The rows, each of which is asked for when all below the one before it has been answered."""
        for row in self.rows_of_page:
            self.check_time()
            yield row

    @cached_property
    def rows_of_page(self) -> list[Any]:
        size = self.request.size
        if self.request.after is not None:
            return list(self.rows.filter(**{f"{self.key}__gt": self.request.after}).order_by(self.key)[:size])
        first = (self.page or 0) * size
        return list(self.rows.order_by(*self.order, self.key)[first : first + size])

    @property
    def greatest_id(self) -> str | None:
        """The id to send as the next `after`; None when pages have numbers, or rows another order."""
        numbered = self.request.number is not None and self.request.after is None
        if numbered or self.order or not self.rows_of_page:
            return None
        return str(getattr(self.rows_of_page[-1], self.key))
