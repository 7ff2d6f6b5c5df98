"""The last import of a source, taken back."""

from datetime import UTC, datetime, timedelta

import pytest

from catalog.models import OwnerEntity, Table, TagEntity
from ingestion.errors import NotPossible, UnknownBatch
from ingestion.undoing import undo
from tests.ingestion.importing import BY, SHOP, STAMP, bring

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("open_door")]


def test_the_last_import_can_be_taken_back_once(warehouse, acme, umbrella, carol):
    first = bring(warehouse, SHOP)
    files = SHOP | {"table": [SHOP["table"][0], ["t1", "s1", "sales", "New", "['new']", "TABLE", ""]]}
    batch = bring(warehouse, files, stamp=STAMP + 1)
    with pytest.raises(UnknownBatch):
        undo(umbrella, batch.pk, by=BY, now=datetime.now(UTC))
    with pytest.raises(NotPossible, match="Only the last"):
        undo(acme, first.pk, by=BY, now=datetime.now(UTC))
    assert undo(acme, batch.pk, by=BY, now=datetime.now(UTC)).note == ""
    there = Table.objects.filter(deleted_at=None).values_list("path", "external_description")
    assert sorted(there) == [("shop.public.orders", "One row an order"), ("shop.public.people", None)]
    assert (TagEntity.objects.get().tag.label, OwnerEntity.objects.get().user) == ("gold", carol)
    with pytest.raises(NotPossible, match="undone"):
        undo(acme, batch.pk, by=BY, now=datetime.now(UTC))
    with pytest.raises(NotPossible, match="30 days"):
        undo(acme, first.pk, by=BY, now=datetime.now(UTC) + timedelta(days=31))
