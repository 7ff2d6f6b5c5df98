"""What people add to what sources know: terms, tags, pinned assets, data products."""

from django.db import models
from django.urls import reverse

from catalog.choices import Colors, SourceTechnology, TagEntityOrigin, TermExternalDescriptionSource
from catalog.models.dashboards import Dashboard, DashboardField
from catalog.models.rows import (
    NAME_LENGTH,
    URL_LENGTH,
    CatalogRow,
    DescribedRow,
    exactly_one,
    prefixed,
    seen_from,
    slug,
)
from catalog.models.warehouse import Column, Table

LABEL_LENGTH = 200  # characters


class Term(DescribedRow):
    """One row is a page of knowledge; `depth_level` is 0 at the top, and services keep it."""

    DELETED_WITH = ("",)

    parent_term = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children_terms")
    external_id = models.CharField(max_length=NAME_LENGTH, null=True, blank=True)
    external_description_source = models.CharField(
        max_length=10, choices=TermExternalDescriptionSource, null=True, blank=True
    )
    depth_level = models.PositiveSmallIntegerField(default=0, editable=False)
    icon = models.CharField(max_length=50, null=True, blank=True)
    url = models.CharField(max_length=URL_LENGTH, null=True, blank=True)
    last_edited_at = models.DateTimeField(null=True, blank=True)

    class Meta(DescribedRow.Meta):
        constraints = (
            models.CheckConstraint(
                condition=models.Q(parent_term=None, depth_level=0)
                | models.Q(parent_term__isnull=False, depth_level__gt=0),
                name="term_depth_is_0_at_the_top",
            ),
            models.CheckConstraint(condition=~models.Q(parent_term=models.F("id")), name="term_lies_in_another"),
        )

    def get_absolute_url(self) -> str:
        return reverse("asset-term", args=[self.pk])


class Tag(CatalogRow):
    """One row is a label of an account. A tag is linked with at most one term, a term with one tag."""

    label = models.CharField(max_length=LABEL_LENGTH)
    color = models.CharField(max_length=15, choices=Colors, null=True, blank=True)
    linked_term = models.OneToOneField(Term, models.SET_NULL, null=True, blank=True, related_name="linked_tag")

    class Meta(CatalogRow.Meta):
        constraints = (models.UniqueConstraint(fields=("account", "label"), name="tag_label_once"),)

    def __str__(self) -> str:
        return self.label

    @property
    def slug(self) -> str:
        return slug(self.label, self.pk)


TAGGED = ("column", "dashboard", "dashboard_field", "table", "term")


class TagEntity(CatalogRow):
    """One row is a tag on one asset; `technology` says which tool brought it when `origin` is EXTERNAL."""

    tag = models.ForeignKey(Tag, models.CASCADE, related_name="entities")
    column = models.ForeignKey(Column, models.CASCADE, null=True, blank=True, related_name="tag_entities")
    dashboard = models.ForeignKey(Dashboard, models.CASCADE, null=True, blank=True, related_name="tag_entities")
    dashboard_field = models.ForeignKey(
        DashboardField, models.CASCADE, null=True, blank=True, related_name="tag_entities"
    )
    table = models.ForeignKey(Table, models.CASCADE, null=True, blank=True, related_name="tag_entities")
    term = models.ForeignKey(Term, models.CASCADE, null=True, blank=True, related_name="tag_entities")
    origin = models.CharField(max_length=8, choices=TagEntityOrigin, default=TagEntityOrigin.USER)
    technology = models.CharField(max_length=30, choices=SourceTechnology, null=True, blank=True)

    class Meta(CatalogRow.Meta):
        verbose_name_plural = "tag entities"
        constraints = (
            models.CheckConstraint(condition=exactly_one(*TAGGED), name="tag_entity_has_one_asset"),
            models.CheckConstraint(
                condition=models.Q(technology=None) | models.Q(origin=TagEntityOrigin.EXTERNAL),
                name="tag_entity_of_a_tool_is_external",
            ),
            *(models.UniqueConstraint(fields=("tag", name), name=f"tag_once_on_{name}") for name in TAGGED),
        )

    def __str__(self) -> str:
        return f"{self.tag_id}"


PINNED_FROM = ("dashboard", "table", "term")
PINNED_TO = ("column", "dashboard", "dashboard_field", "table", "term")


class PinnedAsset(CatalogRow):
    """One row is an asset that is pinned to the page of another: one `from_…` and one `to_…` are set."""

    DELETED_WITH = (
        *seen_from("from_dashboard", Dashboard.DELETED_WITH),
        *seen_from("from_table", Table.DELETED_WITH),
        *seen_from("from_term", Term.DELETED_WITH),
        *seen_from("to_column", Column.DELETED_WITH),
        *seen_from("to_dashboard", Dashboard.DELETED_WITH),
        *seen_from("to_dashboard_field", DashboardField.DELETED_WITH),
        *seen_from("to_table", Table.DELETED_WITH),
        *seen_from("to_term", Term.DELETED_WITH),
    )

    from_dashboard = models.ForeignKey(Dashboard, models.CASCADE, null=True, blank=True, related_name="pinned")
    from_table = models.ForeignKey(Table, models.CASCADE, null=True, blank=True, related_name="pinned")
    from_term = models.ForeignKey(Term, models.CASCADE, null=True, blank=True, related_name="pinned")
    to_column = models.ForeignKey(Column, models.CASCADE, null=True, blank=True, related_name="pinned_to")
    to_dashboard = models.ForeignKey(Dashboard, models.CASCADE, null=True, blank=True, related_name="pinned_to")
    to_dashboard_field = models.ForeignKey(
        DashboardField, models.CASCADE, null=True, blank=True, related_name="pinned_to"
    )
    to_table = models.ForeignKey(Table, models.CASCADE, null=True, blank=True, related_name="pinned_to")
    to_term = models.ForeignKey(Term, models.CASCADE, null=True, blank=True, related_name="pinned_to")

    class Meta(CatalogRow.Meta):
        constraints = (
            models.CheckConstraint(condition=exactly_one(*prefixed("from", PINNED_FROM)), name="pin_has_one_from"),
            models.CheckConstraint(condition=exactly_one(*prefixed("to", PINNED_TO)), name="pin_has_one_to"),
            *(
                models.UniqueConstraint(fields=(f"from_{one}", f"to_{other}"), name=f"pin_once_{one}_{other}")
                for one in PINNED_FROM
                for other in PINNED_TO
            ),
        )

    def __str__(self) -> str:
        return f"pin {self.pk}"


class DataProduct(CatalogRow):
    """One row says that a dashboard, a table or a term is offered as a product."""

    DELETED_WITH = (
        *seen_from("dashboard", Dashboard.DELETED_WITH),
        *seen_from("table", Table.DELETED_WITH),
        *seen_from("term", Term.DELETED_WITH),
    )

    dashboard = models.OneToOneField(Dashboard, models.CASCADE, null=True, blank=True, related_name="data_product")
    table = models.OneToOneField(Table, models.CASCADE, null=True, blank=True, related_name="data_product")
    term = models.OneToOneField(Term, models.CASCADE, null=True, blank=True, related_name="data_product")
    cover_url = models.CharField(max_length=URL_LENGTH, null=True, blank=True)

    class Meta(CatalogRow.Meta):
        constraints = (
            models.CheckConstraint(condition=exactly_one("dashboard", "table", "term"), name="product_has_one_asset"),
        )

    def __str__(self) -> str:
        return f"product {self.pk}"
