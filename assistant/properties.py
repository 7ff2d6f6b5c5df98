"""Assets by what is said of them rather than by their words: deprecated ones, those of an owner, those with a tag."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, Q
from django.db.models.functions import Lower

from accounts.models import Account, Team, User
from assistant.drafts import MAX_CANDIDATES, Count
from assistant.intents import Reading
from catalog.models import CatalogQuerySet, OwnerEntity, TagEntity, TeamOwnerEntity
from catalog.models.assets import AssetKind
from catalog.queries.visibility import shown_rows
from catalog.queries.words import is_storable

RANKED = (AssetKind.TABLE, AssetKind.DASHBOARD)  # that have a popularity
ALL = (*RANKED, AssetKind.TERM)


@dataclass(frozen=True, slots=True)
class Listed:
    """How many assets of each kind have the property, and the most popular of them, the best first."""

    counts: list[Count]
    scores: dict[tuple[str, UUID], float]  # as the search has them: the first has 1


def listed(account: Account, reading: Reading) -> Listed | None:
    """What the question asks to be listed; None where it names nobody, no tag, or something beside the property.

    At most two queries for each kind of asset, and two for an owner.
    """
    kinds = [AssetKind(reading.wanted)] if reading.wanted else list(ALL)
    conditions = conditions_of(account, reading, kinds)
    if conditions is None:
        return None
    counts, scores = [], dict[tuple[str, UUID], float]()
    for kind, condition in conditions.items():
        rows = shown_rows(account, kind).filter(condition)
        counts.append(Count(kind.value, rows.count(), of=reading.subject))
        for pk in best(rows, kind):
            scores[kind.value, pk] = 1 - len(scores) / 100
    if reading.listed == "tagged" and not scores:
        return None
    return Listed([one for one in counts if one.number] or counts[:1], dict(list(scores.items())[:MAX_CANDIDATES]))


def conditions_of(account: Account, reading: Reading, kinds: Sequence[AssetKind]) -> dict[AssetKind, Q] | None:
    """To each kind that can have the property, what has to hold of its rows."""
    name = reading.subject
    if reading.listed in {"owner", "tagged"}:
        if not name or not is_storable(name):
            return None
        return owned(account, name, kinds) if reading.listed == "owner" else tagged(account, name, kinds)
    if name:  # deprecated tables about orders: for the search
        return None
    held = {
        "deprecated": Q(deprecated_at__isnull=False),
        "verified": Q(verified_at__isnull=False),
        "unowned": Q(owner_entities=None, team_owner_entities=None),
        "popular": Q(popularity__isnull=False),
    }[reading.listed]
    return {kind: held for kind in kinds if reading.listed != "popular" or kind in RANKED}


def owned(account: Account, name: str, kinds: Sequence[AssetKind]) -> dict[AssetKind, Q] | None:
    """By people and teams of exactly this name, in any case; None when there are none."""
    first, _, last = name.rpartition(" ")
    full = Q(first_name__iexact=first, last_name__iexact=last) | Q(first_name__iexact=name, last_name="")
    people = list(User.objects.filter(full, account=account).values_list("uuid", flat=True))
    teams = list(Team.objects.filter(account=account, name__iexact=name).values_list("pk", flat=True))
    if not people and not teams:
        return None
    by_person = OwnerEntity.objects.visible_to(account).filter(user__in=people)
    by_team = TeamOwnerEntity.objects.visible_to(account).filter(team__in=teams)
    return {
        kind: Q(pk__in=by_person.exclude(**{kind: None}).values(kind))
        | Q(pk__in=by_team.exclude(**{kind: None}).values(kind))
        for kind in kinds
    }


def tagged(account: Account, label: str, kinds: Sequence[AssetKind]) -> dict[AssetKind, Q]:
    """With the tag of exactly this label, in any case."""
    tags = TagEntity.objects.visible_to(account).filter(tag__label__iexact=label)
    return {kind: Q(pk__in=tags.exclude(**{kind: None}).values(kind)) for kind in kinds}


def best(rows: CatalogQuerySet, kind: AssetKind) -> list[UUID]:
    order = [F("popularity").desc(nulls_last=True)] if kind in RANKED else []
    return list(rows.order_by(*order, Lower("name"), "pk").values_list("pk", flat=True)[:MAX_CANDIDATES])
