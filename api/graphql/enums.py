"""The enums of the API. Their values go out by name, in upper case; the keys of sorting alone are camelCase."""

from enum import Enum, EnumMeta, StrEnum

import strawberry
from django.db.models import TextChoices

from accounts.models import User
from catalog import choices

UserRole = User.Role
UserStatus = User.Status
strawberry.enum(UserRole, name="UserRole")
strawberry.enum(UserStatus, name="UserStatus")
for closed_list in vars(choices).values():  # those of the catalog are the API's as well
    if isinstance(closed_list, EnumMeta) and closed_list is not TextChoices:
        strawberry.enum(closed_list)


@strawberry.enum
class FilterTablesMode(Enum):
    ANY = "ANY"
    ALL = "ALL"


@strawberry.enum
class Origin(Enum):
    API = "API"
    APP = "APP"
    DUST = "DUST"
    EXTENSION = "EXTENSION"
    MS_TEAMS = "MS_TEAMS"
    SLACK_BOT = "SLACK_BOT"


@strawberry.enum
class JobStatus(Enum):
    ADDED = "ADDED"
    ACTIVE = "ACTIVE"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    RETRIES_EXHAUSTED = "RETRIES_EXHAUSTED"


@strawberry.enum
class EntitiesLinkTargetType(StrEnum):
    COLUMN = "COLUMN"
    DASHBOARD = "DASHBOARD"
    DASHBOARD_FIELD = "DASHBOARD_FIELD"
    TABLE = "TABLE"
    TERM = "TERM"


@strawberry.enum
class EntityTargetType(StrEnum):
    DASHBOARD = "DASHBOARD"
    TABLE = "TABLE"
    TERM = "TERM"


@strawberry.enum
class SortingDirectionEnum(Enum):
    ASC = "ASC"
    DESC = "DESC"


@strawberry.enum
class SortingNullsPriority(Enum):
    FIRST = "FIRST"
    LAST = "LAST"


@strawberry.enum
class LineageAssetType(StrEnum):
    COLUMN = "COLUMN"
    DASHBOARD = "DASHBOARD"
    DASHBOARD_FIELD = "DASHBOARD_FIELD"
    TABLE = "TABLE"


@strawberry.enum
class SearchArrayFilterMode(Enum):
    ALL = "ALL"
    ANY = "ANY"


@strawberry.enum
class TagEntityType(StrEnum):
    COLUMN = "COLUMN"
    DASHBOARD = "DASHBOARD"
    DASHBOARD_FIELD = "DASHBOARD_FIELD"
    TABLE = "TABLE"
    TERM = "TERM"
