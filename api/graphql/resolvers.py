"""What the resolvers at the root share: a page of the caller's rows, and relations of rows that were written."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Model, Prefetch, prefetch_related_objects

from api.graphql.context import Info, asked, given
from api.graphql.enums import SortingDirectionEnum, SortingNullsPriority
from api.graphql.paging import PageInput, page_request
from api.graphql.relations import prefetches_for
from catalog.models import CatalogRow
from catalog.queries import reading
from catalog.queries.filters import Filters
from catalog.queries.paging import Page
from catalog.queries.sorting import Keys, Sorting, ordering


def read_page(
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
    return reading.read_page(
        info.context.account,
        model,
        filters=filters,
        given=given(scope),
        order=ordering(keys or {}, [sorted_by(entry) for entry in sorting or ()]),
        relations=[*prefetches_for(asked(info)), *also],
        request=page_request(given(pagination)),
        check_time=info.context.check_time,
    )


def rows_of_page(rows: Any, info: Info, pagination: PageInput, *, key: str = "pk") -> Any:
    """The rows of one page, without its numbers."""
    info.context.check_time()
    request = page_request(given(pagination))
    return Page(rows, request=request, key=key, check_time=info.context.check_time).data


def sorted_by(entry: Mapping[str, Any]) -> Sorting:
    return Sorting(
        entry["sorting_key"].value,
        descending=entry["direction"] is SortingDirectionEnum.DESC,
        nulls_first=entry["nulls_priority"] is SortingNullsPriority.FIRST,
    )


def with_relations(info: Info, rows: Sequence[Model]) -> Any:
    """The rows, with the relations that are asked for: in one query each."""
    prefetch_related_objects(rows, *prefetches_for(asked(info)))
    return rows
