"""Owners and teams to write."""

import strawberry
from strawberry import UNSET

from api.graphql.enums import (
    EntityTargetType,
)


@strawberry.input
class EntityTarget:
    """An asset that somebody owns; both fields are needed.

    entityId: The id of the asset that is owned; NOT_FOUND when it is unknown.
    entityType: The kind of the asset that is owned.
    """

    entity_id: str | None = UNSET
    entity_type: EntityTargetType | None = UNSET


@strawberry.input
class OwnerInput:
    """A user of the account, and the assets that the user owns.

    userId: The id of the user, as getUsers answers it; NOT_FOUND when it is unknown.
    targetEntities: At most 500 assets; needed to add, while to remove, absent or null means all that the user owns.
    """

    user_id: str
    target_entities: list[EntityTarget] | None = UNSET


@strawberry.input
class TeamOwnerInput:
    """A team of the account, and the assets that the team owns.

    teamId: The id of the team, as getTeams answers it; NOT_FOUND when it is unknown.
    targetEntities: At most 500 assets; needed to add, while to remove, absent or null means all that the team owns.
    """

    team_id: str
    target_entities: list[EntityTarget] | None = UNSET


@strawberry.input
class UpsertTeamInput:
    """A team, known by its name; what is absent stays as it is, and null removes it.

    name: The key of the team, 1 to 200 characters without the blanks around it; a new one makes a new team.
    description: What the team does, at most 100,000 characters.
    email: The address of the whole team, at most 254 characters.
    storedPrivateSlackChannel: A private channel for notifications, which begins with # and is never answered; 100
        characters at most.
    slackChannel: The public channel of the team, which begins with # and has at most 100 characters.
    slackGroup: The group of the team in Slack, which begins with @ and has at most 100 characters.
    """

    name: str
    description: str | None = UNSET
    email: str | None = UNSET
    stored_private_slack_channel: str | None = UNSET
    slack_channel: str | None = UNSET
    slack_group: str | None = UNSET


@strawberry.input
class TeamUsersInput:
    """A team, and some users of the account.

    emails: The addresses of at most 500 users, in any case; NOT_FOUND for one that nobody has, and then nothing is
        done.
    id: The id of the team; NOT_FOUND when it is unknown.
    """

    emails: list[str]
    id: str
