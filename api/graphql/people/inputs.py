"""Owners and teams to write."""

import strawberry
from strawberry import UNSET

from api.graphql.enums import (
    EntityTargetType,
)


@strawberry.input
class EntityTarget:
    entity_id: str | None = UNSET
    entity_type: EntityTargetType | None = UNSET


@strawberry.input
class OwnerInput:
    user_id: str
    target_entities: list[EntityTarget] | None = UNSET


@strawberry.input
class TeamOwnerInput:
    team_id: str
    target_entities: list[EntityTarget] | None = UNSET


@strawberry.input
class UpsertTeamInput:
    name: str
    description: str | None = UNSET
    email: str | None = UNSET
    stored_private_slack_channel: str | None = UNSET
    slack_channel: str | None = UNSET
    slack_group: str | None = UNSET


@strawberry.input
class TeamUsersInput:
    emails: list[str]
    id: str
