"""The one source of an account that programs keep through the API."""

from datetime import datetime

from django.db import transaction

from accounts.models import Account
from catalog.choices import SourceOrigin, SourceTechnology, SourceType
from catalog.errors import InvalidInput
from catalog.models import Source
from catalog.rules.batches import Row
from catalog.rules.sources import check_source
from catalog.services.finding import find_editable
from catalog.services.writing import write


@transaction.atomic
def create_source(account: Account, *, row: Row, now: datetime) -> Source:
    """The account's API source. InvalidInput if it has one, even a deleted one; the constraint settles a race."""
    check_source(row)
    kind = {"type": SourceType.WAREHOUSE, "technology": SourceTechnology.GENERIC_WAREHOUSE}
    source, created = Source.objects.visible_to(account).get_or_create(
        origin=SourceOrigin.API, defaults={**row, **kind, "account": account, "created_at": now, "updated_at": now}
    )
    if not created:
        state = "deleted, and can be brought back" if source.deleted_at else "the only one it may have"
        raise InvalidInput(f"This account already has a source that is kept through the API: {source.pk}, {state}.")
    return source


@transaction.atomic
def update_source(account: Account, *, row: Row, now: datetime) -> Source:
    """Rename the API source, delete it or bring it back. NotFound, and NotEditable for a source that was extracted."""
    check_source(row)
    found: list[Source] = find_editable(Source.objects.visible_to(account), [row["id"]])
    write(found, [row], now=now)
    return found[0]
