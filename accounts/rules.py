"""What can be refused of teams without a look at stored rows; doors ask before services do.

A row is a mapping of what was given: a field that is absent is left as it is, None is an explicit null.
"""

from collections.abc import Mapping
from typing import Any, Required, TypedDict

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from accounts.errors import InvalidTeam

Row = Mapping[str, Any]


class TeamValues(TypedDict, total=False):
    name: Required[str]
    description: str | None
    email: str | None
    slack_channel: str | None
    slack_group: str | None
    stored_private_slack_channel: str | None


class TeamUsers(TypedDict):
    id: str
    emails: list[str]


DESCRIPTION_LENGTH = 100_000  # characters
EMAIL_LENGTH = 254
SLACK_LENGTH = 100
TEAM_NAME_LENGTH = 200
MAX_PEOPLE = 500  # in a call

LENGTHS = {
    "description": DESCRIPTION_LENGTH,
    "email": EMAIL_LENGTH,
    "slack_channel": SLACK_LENGTH,
    "slack_group": SLACK_LENGTH,
    "stored_private_slack_channel": SLACK_LENGTH,
}
SIGNS = {"slack_channel": "#", "slack_group": "@"}


def check_team(row: Row) -> None:
    """InvalidTeam unless a team may be called that and told that: `TeamValues`."""
    check_fields(row, TeamValues)
    name = team_name(row)
    if not name or len(name) > TEAM_NAME_LENGTH:
        raise InvalidTeam(f"The name needs 1 to {TEAM_NAME_LENGTH} characters.")
    given = {field: row[field] for field in LENGTHS if row.get(field) is not None}
    for field, text in given.items():
        words = field.replace("_", " ")
        if len(text) > LENGTHS[field]:
            raise InvalidTeam(f"The {words} may have at most {LENGTHS[field]:,} characters, not {len(text):,}.")
        if field in SIGNS and not text.startswith(SIGNS[field]):
            raise InvalidTeam(f"The {words} begins with {SIGNS[field]}.")
    if "email" in given:
        check_email(given["email"])


def check_team_users(row: Row) -> None:
    """InvalidTeam for too many people in one call: `TeamUsers`."""
    check_fields(row, TeamUsers)
    if len(row["emails"]) > MAX_PEOPLE:
        raise InvalidTeam(f"A call takes at most {MAX_PEOPLE} people, not {len(row['emails']):,}.")


def check_fields(row: Row, noun: Any) -> None:
    """InvalidTeam for a field that this TypedDict does not have, or for one that is missing."""
    if unknown := row.keys() - noun.__annotations__.keys():
        raise InvalidTeam(f"There is no such field here: {', '.join(sorted(unknown))}.")
    if missing := noun.__required_keys__ - row.keys():
        raise InvalidTeam(f"The {', '.join(sorted(missing))} may not be missing.")


def team_name(row: Row) -> str:
    """The team's name, without the blanks around it."""
    name: str = row["name"]
    return name.strip()


def check_email(text: str) -> None:
    try:
        validate_email(text)
    except ValidationError:
        raise InvalidTeam(f"{text!r} is no email address.") from None
