"""Every change of teams and of who is in them."""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models.functions import Lower

from accounts import audit
from accounts.actors import Actor
from accounts.checked import Given, check_once
from accounts.errors import UnknownTeam, UnknownUser
from accounts.models import Account, Team, User
from accounts.rules import LENGTHS, TeamUsers, TeamValues, check_team, check_team_users, team_name


@transaction.atomic
def upsert_team(account: Account, *, row: Given[TeamValues], by: Actor | None, now: datetime) -> Team:
    """The account's team of this name, with what was given; made if there is none. Raises InvalidTeam."""
    checked = check_once(check_team, row)
    given = {field: value for field, value in checked.items() if field in LENGTHS} | {"updated_at": now}
    team, _made = Team.objects.update_or_create(
        account=account, name=team_name(checked), defaults=given, create_defaults=given | {"created_at": now}
    )
    audit.record("upsert_team", kind="team", ids=[team.pk], by=by, now=now, account=account, detail=team.name)
    return team


@transaction.atomic
def add_team_users(account: Account, *, row: Given[TeamUsers], by: Actor | None, now: datetime) -> int:
    """Put the people with these `emails` into the team, all or none; whoever is in it stays. Returns how many came.

    UnknownTeam for an `id` and UnknownUser for addresses that the account does not have.
    """
    checked = check_once(check_team_users, row)
    team = find_team(account, checked["id"])
    people = find_people(account, checked["emails"])
    members = members_among(team, people)
    coming = [user for user in people if user.pk not in members]
    team.members.add(*coming)
    record_members("add_team_users", team, coming, by=by, now=now)
    return len(coming)


@transaction.atomic
def remove_team_users(account: Account, *, row: Given[TeamUsers], by: Actor | None, now: datetime) -> int:
    """Take the people with these `emails` out of the team, all or none; returns how many were in it. Raises as
    `add_team_users` does.
    """
    checked = check_once(check_team_users, row)
    team = find_team(account, checked["id"])
    people = find_people(account, checked["emails"])
    members = members_among(team, people)
    leaving = [user for user in people if user.pk in members]
    team.members.remove(*leaving)
    record_members("remove_team_users", team, leaving, by=by, now=now)
    return len(leaving)


def members_among(team: Team, people: Sequence[User]) -> set[int]:
    """The ids of those of the people who are in the team."""
    return set(team.members.filter(pk__in=[user.pk for user in people]).values_list("pk", flat=True))


def record_members(operation: str, team: Team, people: Sequence[User], *, by: Actor | None, now: datetime) -> None:
    if people:
        ids, told = [user.uuid for user in people], f"{team.name}: {', '.join(user.email for user in people)}"
        audit.record(operation, kind="person", ids=ids, by=by, now=now, account=team.account_id, detail=told)


def find_team(account: Account, text: str) -> Team:
    try:
        return Team.objects.get(account=account, pk=text)
    except (Team.DoesNotExist, ValidationError):  # the latter for what is no UUID
        raise UnknownTeam(f"Team not found: {text}") from None


def find_people(account: Account, emails: Sequence[str]) -> list[User]:
    """The account's people with these addresses, in any case; UnknownUser names the addresses of nobody."""
    people = User.objects.filter(account=account).annotate(address=Lower("email"))
    users = {user.address: user for user in people.filter(address__in={email.strip().lower() for email in emails})}
    if unknown := [email for email in emails if email.strip().lower() not in users]:
        raise UnknownUser(f"User not found: {', '.join(unknown)}")
    return list(users.values())
