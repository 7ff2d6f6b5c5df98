"""Who owns assets: people and teams of the account."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models, transaction

from accounts.models import Account, Team, User
from catalog.errors import NotFound
from catalog.ids import known_uuid
from catalog.models import CatalogRow, OwnerEntity, TeamOwnerEntity
from catalog.rules.batches import Row
from catalog.rules.owners import check_former_owner, check_owner, target_ends, targets
from catalog.services.ends import FoundEnds, find_ends, in_order, join, joining, lock_ends


@transaction.atomic
def upsert_user_owners(account: Account, *, row: Row, now: datetime) -> list[OwnerEntity]:
    """The person's ownerships in the order of the targets; one that is there stays as it is.

    NotFound for somebody who is not of the account, and for an unknown target.
    """
    check_owner(row)
    return upsert_owners(account, OwnerEntity, find_person(account, row), row, now=now)


@transaction.atomic
def remove_user_owners(account: Account, *, row: Row) -> None:
    """Take these assets from the person, or all when no targets are given. NotFound as in `upsert_user_owners`."""
    check_former_owner(row)
    remove_owners(account, OwnerEntity, find_person(account, row), row)


@transaction.atomic
def upsert_team_owners(account: Account, *, row: Row, now: datetime) -> list[TeamOwnerEntity]:
    """The same for a team."""
    check_owner(row)
    return upsert_owners(account, TeamOwnerEntity, find_team(account, row), row, now=now)


@transaction.atomic
def remove_team_owners(account: Account, *, row: Row) -> None:
    """The same for a team."""
    check_former_owner(row)
    remove_owners(account, TeamOwnerEntity, find_team(account, row), row)


def upsert_owners(account: Account, model: type[CatalogRow], owner: FoundEnds, row: Row, *, now: datetime) -> list[Any]:
    lock_ends(account)
    ends = [owner | found for found in find_ends(account, [target_ends(target) for target in targets(row)])]
    join(account, model, ends, now=now)
    return in_order(model.objects.visible_to(account), ends)


def remove_owners(account: Account, model: type[CatalogRow], owner: FoundEnds, row: Row) -> None:
    lock_ends(account)
    owned = model.objects.visible_to(account).filter(**owner)
    if row.get("target_entities") is not None:
        owned = joining(owned, find_ends(account, [target_ends(target) for target in targets(row)]))
    owned.delete()


def find_person(account: Account, row: Row) -> FoundEnds:
    return {"user_id": known("User", User.objects.filter(account=account), "uuid", row["user_id"])}


def find_team(account: Account, row: Row) -> FoundEnds:
    return {"team_id": known("Team", Team.objects.filter(account=account), "id", row["team_id"])}


def known(kind: str, rows: models.QuerySet[Any], field: str, text: str) -> UUID:
    pk = known_uuid(text)
    if pk is None or not rows.filter(**{field: pk}).exists():
        raise NotFound(kind, text)
    return pk
