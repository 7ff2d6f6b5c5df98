"""Who owns assets: people and teams of the account."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.actors import Actor
from accounts.checked import Given, Row, check_once
from accounts.models import Account, Team, User
from catalog.models import CatalogRow, OwnerEntity, TeamOwnerEntity
from catalog.rules import people as rules
from catalog.services.associations import (
    AssociatedIds,
    associate,
    associations_of,
    find_associated,
    in_order,
    lock_associations,
)
from catalog.services.bulk import record_change
from catalog.services.lookups import find_one
from database import returning


@transaction.atomic
def upsert_user_owners(
    account: Account, *, row: Given[rules.UserOwnership], by: Actor | None, now: datetime
) -> list[OwnerEntity]:
    """The person's ownerships in the order of the targets; one that is there stays as it is.

    NotFound for somebody who is not of the account, and for an unknown target.
    """
    checked = check_once(rules.check_user_ownership, row)
    owners, new = upsert_owners(account, OwnerEntity, person_id(account, checked), checked, now=now)
    record_change("upsert_user_owners", account, new, kind="owner", by=by, now=now)
    return owners


@transaction.atomic
def remove_user_owners(account: Account, *, row: Given[rules.UserOwnership], by: Actor | None, now: datetime) -> None:
    """Take these assets from the person, or all when no targets are given. NotFound as in `upsert_user_owners`."""
    checked = check_once(rules.check_former_user_ownership, row)
    removed = remove_owners(account, OwnerEntity, person_id(account, checked), checked)
    record_change("remove_user_owners", account, removed, kind="owner", by=by, now=now)


@transaction.atomic
def upsert_team_owners(
    account: Account, *, row: Given[rules.TeamOwnership], by: Actor | None, now: datetime
) -> list[TeamOwnerEntity]:
    """The same for a team."""
    checked = check_once(rules.check_team_ownership, row)
    owners, new = upsert_owners(account, TeamOwnerEntity, team_id(account, checked), checked, now=now)
    record_change("upsert_team_owners", account, new, kind="owner", by=by, now=now)
    return owners


@transaction.atomic
def remove_team_owners(account: Account, *, row: Given[rules.TeamOwnership], by: Actor | None, now: datetime) -> None:
    """The same for a team."""
    checked = check_once(rules.check_former_team_ownership, row)
    removed = remove_owners(account, TeamOwnerEntity, team_id(account, checked), checked)
    record_change("remove_team_owners", account, removed, kind="owner", by=by, now=now)


def upsert_owners(
    account: Account, model: type[CatalogRow], owner: AssociatedIds, row: Row, *, now: datetime
) -> tuple[list[Any], list[UUID]]:
    """The ownerships in the order of the targets, and the ids of those that were not there."""
    lock_associations(account)
    ids = [owner | asset for asset in owned_assets(account, row)]
    new = associate(account, model, ids, now=now)
    return in_order(model.objects.visible_to(account), ids), new


def remove_owners(account: Account, model: type[CatalogRow], owner: AssociatedIds, row: Row) -> list[UUID]:
    """Returns the ids of the ownerships that are gone."""
    lock_associations(account)
    owned = model.objects.visible_to(account).filter(**owner)
    if row.get("target_entities") is not None:
        owned = associations_of(owned, owned_assets(account, row))
    return returning.delete(owned)


def owned_assets(account: Account, row: Row) -> list[AssociatedIds]:
    return find_associated(account, [rules.owned_asset(target) for target in rules.targets_of(row)])


def person_id(account: Account, row: rules.UserOwnership) -> AssociatedIds:
    return {"user_id": find_one(User.objects.filter(account=account), row["user_id"], key="uuid").uuid}


def team_id(account: Account, row: rules.TeamOwnership) -> AssociatedIds:
    return {"team_id": find_one(Team.objects.filter(account=account), row["team_id"]).pk}
