"""What the words of a search name beside texts of assets: tags, people, teams. Read once for all kinds of assets."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import CharField, Q, QuerySet, Value
from django.db.models.functions import Concat

from accounts.models import Account, Team, User
from catalog.models import OwnerEntity, Tag, TagEntity, TeamOwnerEntity
from catalog.models.knowledge import TAGGED
from catalog.models.people import OWNED
from catalog.models.rows import NOTHING, any_of

MAX_NAMED = 1_000  # tags, people or teams that one search may name
MAX_TAGGED = 1_000  # assets that are read with the tags

Named = list[tuple[UUID, str]]  # ids, and what each is called


@dataclass(frozen=True, slots=True)
class Mentions:
    """Which of the account's tags, people and teams have one of the searched words in their names.

    `tagged_assets` has pairs of a tag and an asset, by the kind of asset; None when there are too many to read.
    """

    account: Account
    tags: Named = field(default_factory=list)
    tagged_assets: Mapping[str, list[tuple[UUID, UUID]]] | None = None
    people: Named = field(default_factory=list)
    teams: Named = field(default_factory=list)

    def by_word(self, word: str, kind: str) -> Q:
        """Assets of this kind with a tag or an owner whose name holds the word."""
        return self.by_part_of_tag(word, kind) | self.owned(word, kind)

    def by_part_of_tag(self, word: str, kind: str) -> Q:
        return self.tagged([pk for pk, label in self.tags if holds(label, word)], kind)

    def by_tag(self, label: str, kind: str) -> Q:
        """Assets of this kind with the tag of exactly this label, in any case."""
        return self.tagged([pk for pk, known in self.tags if known.casefold() == label.casefold()], kind)

    def owned(self, word: str, kind: str) -> Q:
        """Assets of this kind that belong to somebody, or to a team, whose name or address holds the word."""
        if kind not in OWNED:
            return NOTHING
        people = [pk for pk, name in self.people if holds(name, word)]
        teams = [pk for pk, name in self.teams if holds(name, word)]
        by_person = OwnerEntity.objects.visible_to(self.account).filter(user__uuid__in=people)
        by_team = TeamOwnerEntity.objects.visible_to(self.account).filter(team__in=teams)
        return any_of(Q(pk__in=ids_of(owned, kind)) for owned, who in ((by_person, people), (by_team, teams)) if who)

    def has_owner(self, word: str) -> bool:
        """Whether it is in somebody's or a team's name."""
        return any(holds(name, word) for _, name in (*self.people, *self.teams))

    def tagged(self, tags: Collection[UUID], kind: str) -> Q:
        """Assets of this kind with one of these tags.

        Of a query PostgreSQL guesses how many it finds. When it expects far too many, it reads every column in the
        order of the page instead, for seconds: so by their ids, unless they are many.
        """
        if not tags:
            return NOTHING
        if self.tagged_assets is not None:
            wanted = set(tags)
            return Q(pk__in=[asset for tag, asset in self.tagged_assets[kind] if tag in wanted])
        return Q(pk__in=ids_of(TagEntity.objects.visible_to(self.account).filter(tag__in=tags), kind))


def mentions(account: Account, *, words: Iterable[str], tags: Iterable[str], owners: Iterable[str]) -> Mentions:
    """What these words, labels of tags and names of owners mention, in five queries at most."""
    words, tags = list(words), list(tags)
    of_owners = [*words, *owners]
    known = Tag.objects.visible_to(account).values_list("pk", "label")
    holding = known.filter(any_of(Q(label__icontains=word) for word in words))
    exact = known.filter(any_of(Q(label__iexact=label) for label in tags))
    found = [*named(exact, tags), *named(holding, words)]
    return Mentions(
        account,
        found,
        tagged_assets(account, [pk for pk, _ in found]),
        named(people_called(account, of_owners), of_owners),
        named(called(Team.objects.filter(account=account), of_owners).values_list("pk", "name"), of_owners),
    )


def people_called(account: Account, words: Iterable[str]) -> QuerySet[Any, Any]:
    """Id and name with address of the people in whose name or address one of the words is."""
    full = Concat("first_name", Value(" "), "last_name", Value(" "), "email", output_field=CharField())
    return called(User.objects.filter(account=account).annotate(name=full), words).values_list("uuid", "name")


def called(rows: QuerySet[Any], words: Iterable[str]) -> QuerySet[Any]:
    return rows.filter(any_of(Q(name__icontains=word) for word in words))


def named(rows: QuerySet[Any, Any], asked: Sequence[str]) -> Named:
    """Nothing is read when nothing is asked."""
    return list(rows[:MAX_NAMED]) if asked else []


def ids_of(entities: QuerySet[Any], kind: str) -> QuerySet[Any, Any]:
    return entities.filter(**{f"{kind}__isnull": False}).values_list(kind, flat=True)


def tagged_assets(account: Account, tags: Sequence[UUID]) -> dict[str, list[tuple[UUID, UUID]]] | None:
    """What `Mentions.tagged_assets` says of these tags; None for more pairs than MAX_TAGGED."""
    pairs: dict[str, list[tuple[UUID, UUID]]] = {kind: [] for kind in TAGGED}
    if not tags:
        return pairs
    rows = TagEntity.objects.visible_to(account).filter(tag__in=tags).values_list("tag", *TAGGED)
    for number, (tag, *assets) in enumerate(rows[: MAX_TAGGED + 1]):
        if number == MAX_TAGGED:
            return None
        kind, asset = next((kind, pk) for kind, pk in zip(TAGGED, assets, strict=True) if pk)
        pairs[kind].append((tag, asset))
    return pairs


def holds(text: str, word: str) -> bool:
    return word.casefold() in text.casefold()
