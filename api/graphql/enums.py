"""The enums of the API. Their values go out by name, in upper case; the keys of sorting alone are camelCase."""

from enum import Enum, EnumMeta, StrEnum

import strawberry
from django.db.models import TextChoices

from accounts.models import User
from catalog import choices

UserRole = User.Role
UserStatus = User.Status
strawberry.enum(UserRole, name="UserRole", description="What a user may do in Catalog.")
strawberry.enum(UserStatus, name="UserStatus", description="Whether a user can sign in.")
for closed_list in vars(choices).values():  # those of the catalog are the API's as well
    if isinstance(closed_list, EnumMeta) and closed_list is not TextChoices:
        strawberry.enum(closed_list)


@strawberry.enum
class FilterTablesMode(Enum):
    """Whether one of the tables is enough.

    ANY: At least one of the tables.
    ALL: Every one of the tables.
    """

    ANY = "ANY"
    ALL = "ALL"


@strawberry.enum
class Origin(Enum):
    """Where a question to the AI Assistant comes from.

    API: A program that calls this API.
    APP: The pages of Catalog; refused here.
    DUST: An agent of Dust.
    EXTENSION: The browser extension; refused here.
    MS_TEAMS: Microsoft Teams; refused here.
    SLACK_BOT: A bot in Slack; refused here.
    """

    API = "API"
    APP = "APP"
    DUST = "DUST"
    EXTENSION = "EXTENSION"
    MS_TEAMS = "MS_TEAMS"
    SLACK_BOT = "SLACK_BOT"


@strawberry.enum
class JobStatus(Enum):
    """How far a job is.

    ADDED: It waits in the queue.
    ACTIVE: It is being worked at.
    COMPLETED: It is done, and the answer is there.
    FAILED: An attempt failed, and there will be another one.
    RETRIES_EXHAUSTED: The last attempt failed too, and there will be no answer.
    """

    ADDED = "ADDED"
    ACTIVE = "ACTIVE"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    RETRIES_EXHAUSTED = "RETRIES_EXHAUSTED"


@strawberry.enum
class EntitiesLinkTargetType(StrEnum):
    """The kinds of assets that a pin can join."""

    COLUMN = "COLUMN"
    DASHBOARD = "DASHBOARD"
    DASHBOARD_FIELD = "DASHBOARD_FIELD"
    TABLE = "TABLE"
    TERM = "TERM"


@strawberry.enum
class EntityTargetType(StrEnum):
    """The kinds of assets that somebody can own, or that can be a data product."""

    DASHBOARD = "DASHBOARD"
    TABLE = "TABLE"
    TERM = "TERM"


@strawberry.enum
class SortingDirectionEnum(Enum):
    """Which way to sort.

    ASC: From small to great, and from A to Z.
    DESC: From great to small, and from Z to A.
    """

    ASC = "ASC"
    DESC = "DESC"


@strawberry.enum
class SortingNullsPriority(Enum):
    """Where rows go that have no value to sort by.

    FIRST: Before all others, whatever the direction.
    LAST: After all others, whatever the direction.
    """

    FIRST = "FIRST"
    LAST = "LAST"


@strawberry.enum
class LineageAssetType(StrEnum):
    """The kinds of assets that can be made from others."""

    COLUMN = "COLUMN"
    DASHBOARD = "DASHBOARD"
    DASHBOARD_FIELD = "DASHBOARD_FIELD"
    TABLE = "TABLE"


@strawberry.enum
class SearchArrayFilterMode(Enum):
    """Whether one of the ids is enough.

    ALL: Every one of the ids.
    ANY: At least one of the ids.
    """

    ALL = "ALL"
    ANY = "ANY"


@strawberry.enum
class TagEntityType(StrEnum):
    """The kinds of assets that can carry tags."""

    COLUMN = "COLUMN"
    DASHBOARD = "DASHBOARD"
    DASHBOARD_FIELD = "DASHBOARD_FIELD"
    TABLE = "TABLE"
    TERM = "TERM"
