"""Who owns and edits assets, as the API shows them."""

from collections.abc import Iterable
from typing import Any

import strawberry

from accounts import models as accounts
from api.graphql.enums import UserRole, UserStatus
from api.graphql.scalars import Timestamp


# A person is one row of `accounts`, which the API shows in two ways.
def own_id(root: strawberry.Parent[Any]) -> str:
    return str(root.uuid)


def own_teams(root: strawberry.Parent[Any]) -> list[str]:
    return [str(team.pk) for team in root.teams.all()]


def own_members(root: strawberry.Parent[Any]) -> list[str]:
    return [str(member.uuid) for member in root.members.all()]


def owned_by_person(root: strawberry.Parent[Any]) -> list[str]:
    return owned(root.owner_entities.all())


def owned_by_team(root: strawberry.Parent[Any]) -> list[str]:
    return owned(root.team_owner_entities.all())


def owned(ownerships: Iterable[Any]) -> list[str]:
    return [str(one.dashboard_id or one.table_id or one.term_id) for one in ownerships]


def person(root: strawberry.Parent[Any]) -> Any:
    return root if isinstance(root, accounts.User) else root.user


@strawberry.type
class UnifiedUser:
    """A person, in Catalog and in the sources.

    userId: The id of the person as a user of Catalog.
    email: The address with which the person signs in.
    name: First and last name, or the address of somebody who has neither.
    role: What the person may do in Catalog.
    status: Whether the person can sign in.
    teamIds: The ids of the teams in which the person is.
    """

    uuid: str = strawberry.field(name="id")
    user_id: str | None = strawberry.field(resolver=own_id)
    avatar_url: str | None
    email: str
    full_name: str | None = strawberry.field(name="name")
    role: UserRole | None
    status: UserStatus | None
    team_ids: list[str] = strawberry.field(resolver=own_teams)
    created_at: Timestamp | None


@strawberry.type
class OwnerLabel:
    """A kind of ownership as the account calls it, for example Data steward.

    label: What the account calls this kind of ownership.
    """

    id: strawberry.ID
    label: str


@strawberry.type
class OwnerEntity:
    """That a user owns a dashboard, a table or a term; the id of one of them is set.

    userId: The id of the user who owns it.
    user: The user who owns it.
    """

    id: strawberry.ID
    dashboard_id: str | None
    owner_label_id: str | None
    table_id: str | None
    term_id: str | None
    user_id: str | None
    owner_label: OwnerLabel | None
    unified_user: UnifiedUser = strawberry.field(resolver=person)
    user: "User | None"
    created_at: Timestamp
    updated_at: Timestamp


@strawberry.type
class User:
    """Somebody who signs in to Catalog.

    externalId: The id that an identity provider gave; null when none did.
    unifiedId: The id of the same person across Catalog and its sources.
    email: The address with which the user signs in.
    firstName: The first name, which may be empty.
    lastName: The last name, which may be empty.
    role: What the user may do in Catalog.
    status: Whether the user can sign in.
    fullName: First and last name, or the address of somebody who has neither.
    ownerEntities: What the user owns; no operation gives this relation.
    """

    uuid: strawberry.ID = strawberry.field(name="id")
    external_id: str | None
    unified_id: str = strawberry.field(resolver=own_id)
    avatar_url: str | None
    email: str
    first_name: str
    last_name: str
    role: UserRole
    status: UserStatus
    full_name: str
    owner_entities: list[OwnerEntity]
    unified_user: UnifiedUser = strawberry.field(resolver=person)
    created_at: Timestamp
    updated_at: Timestamp


@strawberry.type
class SourceUser:
    """Somebody as a source knows them.

    externalId: The id of the person in the source.
    unifiedId: The id of the same person in Catalog; null when nobody is known to be the same.
    email: The address that the source has of the person; null when it has none.
    name: What the source calls the person; null when it does not say.
    unifiedUser: The same person in Catalog; null when nobody is known to be the same.
    """

    id: strawberry.ID
    external_id: str
    source_id: str
    user_id: str | None = strawberry.field(name="unifiedId")
    avatar_url: str | None
    email: str | None
    name: str | None
    user: UnifiedUser | None = strawberry.field(name="unifiedUser")
    created_at: Timestamp
    deleted_at: Timestamp | None
    updated_at: Timestamp


@strawberry.type
class EntityEditor:
    """That somebody of a source edits a dashboard, a table or a term there; the id of one of them is set.

    sourceUserId: The id of whoever edits it, as the source knows them.
    sourceUser: Whoever edits it, as the source knows them.
    """

    id: strawberry.ID
    dashboard_id: str | None
    source_user_id: str
    table_id: str | None
    term_id: str | None
    source_user: SourceUser
    created_at: Timestamp
    updated_at: Timestamp


@strawberry.type
class Team:
    """A team of the account, known by its name.

    externalId: The id that an identity provider gave; null when none did.
    description: What the team does; null when nobody said.
    email: The address of the whole team; null when there is none.
    name: The key of the team, unique in the account.
    slackChannel: The public channel of the team, which begins with #; null when there is none.
    slackGroup: The group of the team in Slack, which begins with @; null when there is none.
    source: Where the team comes from; null when it was made in Catalog.
    teamOwnerEntities: What the team owns; no operation gives this relation.
    """

    id: strawberry.ID
    external_id: str | None
    avatar_url: str | None
    description: str | None
    email: str | None
    name: str
    slack_channel: str | None
    slack_group: str | None
    source: str | None
    team_owner_entities: "list[TeamOwnerEntity]"
    created_at: Timestamp
    updated_at: Timestamp


@strawberry.type
class TeamOwnerEntity:
    """That a team owns an asset.

    teamId: The id of the team that owns it.
    team: The team that owns it.
    """

    id: strawberry.ID
    owner_label_id: str | None
    team_id: str
    owner_label: OwnerLabel | None
    team: Team
    created_at: Timestamp
    updated_at: Timestamp


@strawberry.type
class GetTeamsOutput:
    """A team, with the ids of its members and of what it owns.

    description: What the team does; null when nobody said.
    email: The address of the whole team; null when there is none.
    memberIds: The ids of the users in the team.
    name: The key of the team, unique in the account.
    ownedAssetIds: The ids of the dashboards, tables and terms that the team owns, without deleted ones.
    slackChannel: The public channel of the team, which begins with #; null when there is none.
    slackGroup: The group of the team in Slack, which begins with @; null when there is none.
    """

    id: str
    description: str | None
    email: str | None
    member_ids: list[str] = strawberry.field(resolver=own_members)
    name: str
    owned_asset_ids: list[str] = strawberry.field(resolver=owned_by_team)
    slack_channel: str | None
    slack_group: str | None
    created_at: Timestamp


@strawberry.type
class GetUsersOutput:
    """Somebody who signs in to Catalog, with the ids of their teams and of what they own.

    email: The address with which the user signs in.
    firstName: The first name, which may be empty.
    isEmailValidated: Whether the user has signed in, and mail to the address is not known to come back.
    lastName: The last name, which may be empty.
    role: What the user may do in Catalog.
    status: Whether the user can sign in.
    ownedAssetIds: The ids of the dashboards, tables and terms that the user owns, without deleted ones.
    teamIds: The ids of the teams in which the user is.
    """

    uuid: str = strawberry.field(name="id")
    email: str
    first_name: str
    is_email_validated: bool
    last_name: str
    role: UserRole
    status: UserStatus
    owned_asset_ids: list[str] = strawberry.field(resolver=owned_by_person)
    team_ids: list[str] = strawberry.field(resolver=own_teams)
    created_at: Timestamp
