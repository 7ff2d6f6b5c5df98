"""Who owns and edits assets. People who sign in, and teams, are rows of `accounts`."""

from django.conf import settings
from django.db import models

from accounts.models import Team
from catalog.choices import OwnerOrigin
from catalog.models.dashboards import Dashboard
from catalog.models.knowledge import LABEL_LENGTH, Term
from catalog.models.rows import NAME_LENGTH, URL_LENGTH, CatalogRow, exactly_one, seen_from
from catalog.models.warehouse import Source, Table

OWNED = ("dashboard", "table", "term")
DELETED_WITH_OWNED = (
    *seen_from("dashboard", Dashboard.DELETED_WITH),
    *seen_from("table", Table.DELETED_WITH),
    *seen_from("term", Term.DELETED_WITH),
)


class SourceUser(CatalogRow):
    """One row is somebody as a source knows them; `user` is the same person in Catalog, if there is one."""

    source = models.ForeignKey(Source, models.PROTECT, related_name="users")
    external_id = models.CharField(max_length=NAME_LENGTH)
    name = models.CharField(max_length=NAME_LENGTH, null=True, blank=True)
    email = models.CharField(max_length=254, null=True, blank=True)
    avatar_url = models.CharField(max_length=URL_LENGTH, null=True, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, to_field="uuid", null=True, blank=True, related_name="source_users"
    )
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta(CatalogRow.Meta):
        constraints = (models.UniqueConstraint(fields=("source", "external_id"), name="source_user_once_in_source"),)

    def __str__(self) -> str:
        return self.name or self.email or self.external_id


class OwnerLabel(CatalogRow):
    """One row is a kind of ownership, as the account names it: Data steward."""

    label = models.CharField(max_length=LABEL_LENGTH)

    class Meta(CatalogRow.Meta):
        constraints = (models.UniqueConstraint(fields=("account", "label"), name="owner_label_once"),)

    def __str__(self) -> str:
        return self.label


class OwnerEntity(CatalogRow):
    """One row is a person's ownership of one dashboard, table or term."""

    DELETED_WITH = DELETED_WITH_OWNED

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, to_field="uuid", related_name="owner_entities")
    origin = models.CharField(
        max_length=8, choices=OwnerOrigin, default=OwnerOrigin.USER, db_default=OwnerOrigin.USER.value
    )
    owner_label = models.ForeignKey(OwnerLabel, models.SET_NULL, null=True, blank=True, related_name="+")
    dashboard = models.ForeignKey(Dashboard, models.CASCADE, null=True, blank=True, related_name="owner_entities")
    table = models.ForeignKey(Table, models.CASCADE, null=True, blank=True, related_name="owner_entities")
    term = models.ForeignKey(Term, models.CASCADE, null=True, blank=True, related_name="owner_entities")

    class Meta(CatalogRow.Meta):
        verbose_name_plural = "owner entities"
        constraints = (
            models.CheckConstraint(condition=exactly_one(*OWNED), name="owner_has_one_asset"),
            *(models.UniqueConstraint(fields=("user", name), name=f"owner_once_of_{name}") for name in OWNED),
        )

    def __str__(self) -> str:
        return f"owner {self.pk}"


class TeamOwnerEntity(CatalogRow):
    """One row is a team's ownership of one dashboard, table or term."""

    DELETED_WITH = DELETED_WITH_OWNED

    team = models.ForeignKey(Team, models.CASCADE, related_name="team_owner_entities")
    owner_label = models.ForeignKey(OwnerLabel, models.SET_NULL, null=True, blank=True, related_name="+")
    dashboard = models.ForeignKey(Dashboard, models.CASCADE, null=True, blank=True, related_name="team_owner_entities")
    table = models.ForeignKey(Table, models.CASCADE, null=True, blank=True, related_name="team_owner_entities")
    term = models.ForeignKey(Term, models.CASCADE, null=True, blank=True, related_name="team_owner_entities")

    class Meta(CatalogRow.Meta):
        verbose_name_plural = "team owner entities"
        constraints = (
            models.CheckConstraint(condition=exactly_one(*OWNED), name="team_owner_has_one_asset"),
            *(models.UniqueConstraint(fields=("team", name), name=f"team_owner_once_of_{name}") for name in OWNED),
        )

    def __str__(self) -> str:
        return f"team owner {self.pk}"


class EntityEditor(CatalogRow):
    """One row says that somebody of a source edits one dashboard, table or term there."""

    source_user = models.ForeignKey(SourceUser, models.CASCADE, related_name="edits")
    dashboard = models.ForeignKey(Dashboard, models.CASCADE, null=True, blank=True, related_name="entity_editors")
    table = models.ForeignKey(Table, models.CASCADE, null=True, blank=True, related_name="entity_editors")
    term = models.ForeignKey(Term, models.CASCADE, null=True, blank=True, related_name="entity_editors")

    class Meta(CatalogRow.Meta):
        constraints = (
            models.CheckConstraint(condition=exactly_one(*OWNED), name="editor_has_one_asset"),
            *(models.UniqueConstraint(fields=("source_user", name), name=f"editor_once_of_{name}") for name in OWNED),
        )

    def __str__(self) -> str:
        return f"editor {self.pk}"
