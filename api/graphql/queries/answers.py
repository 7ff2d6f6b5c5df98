"""What the queries have in common: rows of the caller's account, filtered, sorted, one page of them."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Prefetch

from api.graphql.context import Info, asked, given
from api.graphql.enums import SortingDirectionEnum, SortingNullsPriority
from api.graphql.inputs.paging import Pagination
from api.graphql.paging import Page
from api.graphql.relations import lookups
from catalog.models import CatalogRow
from catalog.queries.filters import Filters, narrowed
from catalog.queries.sorting import Keys, Sorting, ordering

PageInput = Pagination | None


def answer(
    info: Info,
    model: type[CatalogRow],
    filters: Filters,
    *,
    scope: Any = None,
    pagination: PageInput = None,
    sorting: Any = None,
    keys: Keys | None = None,
    also: Iterable[Prefetch] = (),
) -> Any:
    """A page of the account's rows, with the relations that are asked for; a `Page`, in the place of an output.

    `also` is read with the rows, whatever is asked for.
    """
    info.context.check_time()
    rows = narrowed(model.objects.visible_to(info.context.account), filters, given(scope) if scope else {})
    return Page(
        rows.prefetch_related(*lookups(asked(info)), *also),
        pagination=given(pagination) if pagination else None,
        order=ordering(keys or {}, [sorted_by(entry) for entry in sorting or ()]),
        check_time=info.context.check_time,
    )


def sorted_by(entry: Any) -> Sorting:
    return Sorting(
        entry.sorting_key.value,
        descending=entry.direction is SortingDirectionEnum.DESC,
        nulls_first=entry.nulls_priority is SortingNullsPriority.FIRST,
    )
