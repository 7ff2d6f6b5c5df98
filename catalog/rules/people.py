"""Rules for ownerships as callers send them."""

from collections.abc import Sequence
from typing import Required, TypedDict

from accounts.checked import Row
from catalog.errors import InvalidInput
from catalog.models.people import OWNED
from catalog.rules.assets import Associated, check_kind, named_asset
from catalog.rules.batches import check_each, check_fields


class OwnedAsset(TypedDict, total=False):
    """Both are given: the public API says that they are optional, and takes neither alone."""

    entity_type: str | None
    entity_id: str | None


class Ownership(TypedDict, total=False):
    target_entities: list[OwnedAsset] | None


class UserOwnership(Ownership, total=False):
    user_id: Required[str]


class TeamOwnership(Ownership, total=False):
    team_id: Required[str]


def check_user_ownership(row: UserOwnership) -> None:
    """Of ownerships to make. InvalidInput without targets: nobody is made the owner of everything."""
    check_fields(row, UserOwnership)
    check_targets(row, required=True)


def check_former_user_ownership(row: UserOwnership) -> None:
    """Of ownerships to remove; without targets, all of them."""
    check_fields(row, UserOwnership)
    check_targets(row, required=False)


def check_team_ownership(row: TeamOwnership) -> None:
    check_fields(row, TeamOwnership)
    check_targets(row, required=True)


def check_former_team_ownership(row: TeamOwnership) -> None:
    check_fields(row, TeamOwnership)
    check_targets(row, required=False)


def check_targets(row: Row, *, required: bool) -> None:
    if required and row.get("target_entities") is None:
        raise InvalidInput("targetEntities may not be missing.")
    check_each(targets_of(row), check_target)


def check_target(target: Row) -> None:
    check_fields(target, OwnedAsset)
    if target.get("entity_type") is None or target.get("entity_id") is None:
        raise InvalidInput("A target has both entityType and entityId.")
    check_kind(named_asset(target["entity_type"], target["entity_id"]), OWNED)


def targets_of(row: Row) -> Sequence[Row]:
    return row.get("target_entities") or ()


def owned_asset(target: Row) -> Associated:
    asset = named_asset(target["entity_type"], target["entity_id"])
    return {f"{asset[0]}_id": asset}
