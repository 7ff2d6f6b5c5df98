"""Labels on assets."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts.models import Account
from catalog.choices import TagEntityOrigin
from catalog.models import Tag, TagEntity
from catalog.rules.batches import Row
from catalog.rules.tags import check_tags, label, tag_ends
from catalog.services.ends import FoundEnds, find_ends, join, joining, lock_ends


@transaction.atomic
def attach_tags(account: Account, *, rows: Sequence[Row], now: datetime) -> None:
    """Label assets; labels that the account does not have are made. NotFound for an unknown asset."""
    check_tags(rows)
    lock_ends(account)
    assets = find_ends(account, [tag_ends(row) for row in rows])
    labels = {label(row) for row in rows}
    missing = [Tag(account=account, label=text, created_at=now, updated_at=now) for text in sorted(labels)]
    Tag.objects.bulk_create(missing, ignore_conflicts=True)
    join(account, TagEntity, with_tags(account, rows, assets), now=now, origin=TagEntityOrigin.USER)


@transaction.atomic
def detach_tags(account: Account, *, rows: Sequence[Row]) -> None:
    """Take labels off assets, whoever put them there; NotFound for an unknown asset.

    A tag that was on one of them and is on nothing now is deleted, unless it is linked with a term.
    """
    check_tags(rows)
    lock_ends(account)
    assets = find_ends(account, [tag_ends(row) for row in rows])
    entities = joining(TagEntity.objects.visible_to(account), with_tags(account, rows, assets))
    taken_off = set(entities.values_list("tag", flat=True))
    entities.delete()
    Tag.objects.visible_to(account).filter(pk__in=taken_off, entities=None, linked_term=None).delete()


def with_tags(account: Account, rows: Sequence[Row], assets: Sequence[FoundEnds]) -> list[FoundEnds]:
    """Both ends of each row whose label the account has."""
    tags = Tag.objects.visible_to(account).filter(label__in={label(row) for row in rows})
    pks = dict(tags.values_list("label", "pk"))
    return [asset | {"tag_id": pks[label(row)]} for row, asset in zip(rows, assets, strict=True) if label(row) in pks]
