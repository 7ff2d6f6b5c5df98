"""One page of an account's rows of one kind: filtered, sorted, with the relations asked for."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.db.models import OrderBy, Prefetch

from accounts.models import Account
from catalog.models import CatalogRow
from catalog.queries.filters import Filters, narrowed
from catalog.queries.paging import Page, PageRequest


def read_page(
    account: Account,
    model: type[CatalogRow],
    *,
    filters: Filters,
    given: Mapping[str, Any],  # by the names of the filters; `with_deleted` and `with_hidden` among them
    order: Sequence[OrderBy] = (),
    relations: Iterable[str | Prefetch] = (),
    request: PageRequest,
    check_time: Callable[[], None],
) -> Page:
    """A page of the account's rows; each relation costs one query, however many rows there are."""
    rows = narrowed(model.objects.visible_to(account), filters, given)
    return Page(rows.prefetch_related(*relations), request=request, order=order, check_time=check_time)
