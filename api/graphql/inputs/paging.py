"""Which page of a list."""

import strawberry
from strawberry import UNSET


@strawberry.input
class Pagination:
    nb_per_page: int
    page: int | None = UNSET
    greater_than_id: str | None = UNSET
