"""The people and teams of an account, with what they own: in a constant number of queries."""

from typing import Any

from django.db.models import Prefetch, QuerySet

from accounts.models import Account, Team, User
from catalog.models import OwnerEntity, TeamOwnerEntity


def people_of(account: Account) -> QuerySet[Any]:
    """The people who sign in to this account, whatever their status; `owner_entities` leaves deleted assets out."""
    people: QuerySet[Any] = User.objects.filter(account=account)
    return people.prefetch_related(
        Prefetch("teams", queryset=Team.objects.filter(account=account).order_by("pk")),
        Prefetch("owner_entities", queryset=OwnerEntity.objects.visible_to(account).undeleted()),
    )


def teams_of(account: Account) -> QuerySet[Any]:
    """The teams of this account, with `members`; `team_owner_entities` leaves deleted assets out."""
    return Team.objects.filter(account=account).prefetch_related(
        Prefetch("members", queryset=User.objects.filter(account=account).order_by("uuid")),
        Prefetch("team_owner_entities", queryset=TeamOwnerEntity.objects.visible_to(account).undeleted()),
    )
