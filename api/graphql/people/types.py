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


@strawberry.type(description="A person, in Catalog and in the sources.")
class UnifiedUser:
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
    id: strawberry.ID
    label: str


@strawberry.type(description="Points to one of dashboard, table or term.")
class OwnerEntity:
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


@strawberry.type(description="Somebody who signs in to Catalog.")
class User:
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


@strawberry.type(description="A user imported from a source.")
class SourceUser:
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


@strawberry.type(description="Points to one of dashboard, table or term.")
class EntityEditor:
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
    id: strawberry.ID
    owner_label_id: str | None
    team_id: str
    owner_label: OwnerLabel | None
    team: Team
    created_at: Timestamp
    updated_at: Timestamp


@strawberry.type
class GetTeamsOutput:
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
