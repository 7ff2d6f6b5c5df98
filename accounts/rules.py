"""What can be refused of accounts, people and teams without a look at stored rows."""

from typing import Required, TypedDict

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.text import slugify

from accounts.checked import Row, api_name, wrong_fields
from accounts.errors import InvalidAccount, InvalidTeam, InvalidUser


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


ACCOUNT_NAME_LENGTH = 120  # characters
SLUG_LENGTH = 60
PERSON_NAME_LENGTH = 80
JOINERS = "\u200c\u200d"  # unseen, but some scripts write names with them

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


def account_name(text: str) -> str:
    """The name of an account, on one line. Raises InvalidAccount."""
    name = " ".join(text.split())
    slug = slugify(name)
    if not is_seen(name) or not slug or len(name) > ACCOUNT_NAME_LENGTH or len(slug) > SLUG_LENGTH:
        raise InvalidAccount(
            f"The name needs 1 to {SLUG_LENGTH} letters or digits, some of them from a to z or 0 to 9."
        )
    return name


def person_name(text: str) -> str:
    """A first or last name, on one line; it may be empty. Raises InvalidUser."""
    name = " ".join(text.split())
    if not is_seen(name) or len(name) > PERSON_NAME_LENGTH:
        raise InvalidUser(f"A name has at most {PERSON_NAME_LENGTH} characters, all of which can be seen.")
    return name


def is_seen(text: str) -> bool:
    """Whether every character shows: none controls the terminal, or the direction of the text beside it."""
    return all(character.isprintable() or character in JOINERS for character in text)


def check_team(row: TeamValues) -> None:
    """InvalidTeam for a name or another value that a team may not have."""
    check_fields(row, TeamValues)
    name = team_name(row)
    if not name or len(name) > TEAM_NAME_LENGTH:
        raise InvalidTeam(f"The name needs 1 to {TEAM_NAME_LENGTH} characters.")
    values: Row = row
    given = {field: values[field] for field in LENGTHS if values.get(field) is not None}
    for field, text in given.items():
        if len(text) > LENGTHS[field]:
            raise InvalidTeam(f"{api_name(field)} may have at most {LENGTHS[field]:,} characters, not {len(text):,}.")
        if field in SIGNS and not text.startswith(SIGNS[field]):
            raise InvalidTeam(f"{api_name(field)} begins with {SIGNS[field]}.")
    if "email" in given:
        check_email(given["email"])


def check_team_users(row: TeamUsers) -> None:
    """InvalidTeam for too many people in one call."""
    check_fields(row, TeamUsers)
    if len(row["emails"]) > MAX_PEOPLE:
        raise InvalidTeam(f"A call takes at most {MAX_PEOPLE} people, not {len(row['emails']):,}.")


def check_fields(row: Row, noun: type) -> None:
    """InvalidTeam for a field that this TypedDict does not have, or for one that is missing."""
    if sentence := wrong_fields(row, noun):
        raise InvalidTeam(sentence)


def team_name(row: TeamValues) -> str:
    """The team's name, without the blanks around it."""
    return row["name"].strip()


def check_email(text: str) -> None:
    try:
        validate_email(text)
    except ValidationError:
        raise InvalidTeam(f"{text!r} is no email address.") from None
