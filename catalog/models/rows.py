"""What all rows of the catalog have in common: an account, an id that sorts by time, and who may see them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, ClassVar, Self
from uuid import UUID

from django.conf import settings
from django.db import models
from django.utils.text import slugify

from accounts.models import Account
from catalog.ids import uuid7

NAME_LENGTH = 500  # characters, of names and of the ids that sources give; four bytes each still fit into an index
URL_LENGTH = 2_000
HIGHEST_POPULARITY = 1_000_000
TEXT_LENGTH = 100_000  # characters, of a description or a query


class CatalogQuerySet(models.QuerySet[Any]):
    def visible_to(self, account: Account) -> Self:
        """The rows of this account. Every read of the catalog goes through here."""
        return self.filter(account=account)

    def undeleted(self) -> Self:
        """Those that are not deleted, and neither is anything that they lie in."""
        return self.filter(**{f"{path}deleted_at": None for path in self.model.DELETED_WITH})

    def unhidden(self) -> Self:
        """Those that do not lie in anything hidden."""
        rows = self
        for path in self.model.HIDDEN_WITH:
            rows = rows.exclude(**{f"{path}is_hidden": True})  # not `filter`: what points nowhere is not hidden
        return rows


class CatalogRow(models.Model):
    """A row that belongs to one account. What it points to belongs to the same one: services see to it."""

    # Look-ups, each ending in "__", to the rows whose deletion or hiding is this row's too; "" is the row itself.
    DELETED_WITH: ClassVar[tuple[str, ...]] = ()
    HIDDEN_WITH: ClassVar[tuple[str, ...]] = ()

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="+", db_index=False)  # see the index
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = CatalogQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ("id",)
        indexes = (models.Index(fields=("account", "id"), name="%(class)s_by_account"),)


class NamedRow(CatalogRow):
    """A row with a name that people know it by, which can be deleted and brought back."""

    name = models.CharField(max_length=NAME_LENGTH)
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta(CatalogRow.Meta):
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def slug(self) -> str:
        return slug(self.name, self.pk)


class DescribedRow(NamedRow):
    """An asset that people describe, verify and deprecate: a table, a dashboard or a term.

    Texts are NULL when nobody wrote them, for that is what the public API says of them.
    """

    description_raw = models.TextField("description", null=True, blank=True, help_text="Markdown, written in Catalog.")
    description_state_lexical = models.JSONField(null=True, blank=True, editable=False)  # of the text, in an editor
    external_description = models.TextField(null=True, blank=True, help_text="As the source says.")
    is_description_generated = models.BooleanField(null=True, blank=True)
    last_described_by_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, to_field="uuid", null=True, blank=True, related_name="+"
    )
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_by_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, to_field="uuid", null=True, blank=True, related_name="+"
    )
    deprecated_at = models.DateTimeField(null=True, blank=True)
    deprecated_by_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, to_field="uuid", null=True, blank=True, related_name="+"
    )

    class Meta(NamedRow.Meta):
        abstract = True

    @property
    def description(self) -> str:
        """Catalog's text, else the source's, else nothing."""
        return self.description_raw or self.external_description or ""

    @property
    def description_markdown(self) -> str | None:
        """Catalog's text by the name under which programs write it."""
        return self.description_raw

    @property
    def is_verified(self) -> bool:
        return self.verified_at is not None

    @property
    def is_deprecated(self) -> bool:
        return self.deprecated_at is not None


def slug(name: str, pk: UUID) -> str:
    """The name as an address can carry it, made unique by the id's last eight digits."""
    return f"{spelled(name)}-{pk.hex[-8:]}".lstrip("-")


@lru_cache(maxsize=4_096)
def spelled(name: str) -> str:
    """The name in small letters and dashes. Kept: a page of rows says the slugs of the same few places and tags."""
    return slugify(name)[:60]


def seen_from(relation: str, paths: tuple[str, ...]) -> tuple[str, ...]:
    """These look-ups of a row, from one that points to it by the relation."""
    return tuple(f"{relation}__{path}" for path in paths)


NOTHING = models.Q(pk__in=())


def any_of(conditions: Iterable[models.Q]) -> models.Q:
    """At least one of these conditions; of none, no row."""
    given = list(conditions)
    return models.Q(*given, _connector=models.Q.OR) if given else NOTHING


def exactly_one(*names: str) -> models.Q:
    """One of these columns is set, and the others are NULL."""
    return any_of(models.Q(**{f"{other}__isnull": other != name for other in names}) for name in names)


def popularity_constraint(name: str) -> models.CheckConstraint:
    """That a popularity, if there is one, is 0 to 1,000,000."""
    return models.CheckConstraint(
        condition=models.Q(popularity__range=(0, HIGHEST_POPULARITY)), name=f"{name}_popularity_in_range"
    )


def prefixed(prefix: str, names: tuple[str, ...]) -> list[str]:
    return [f"{prefix}_{name}" for name in names]
