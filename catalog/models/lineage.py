"""Lineage: which asset is made from which others, and which column or field from which."""

from django.db import models

from catalog.choices import LineageType
from catalog.models.dashboards import Dashboard, DashboardField
from catalog.models.rows import CatalogRow, exactly_one, prefixed, seen_from
from catalog.models.warehouse import Column, Source, Table

PARENTS = CHILDREN = ("dashboard", "table")
FIELD_PARENTS = ("column", "dashboard_field")
FIELD_CHILDREN = ("column", "dashboard", "dashboard_field")


class Lineage(CatalogRow):
    """One row says that a table or dashboard is made from another: one `parent_…` and one `child_…` are set."""

    DELETED_WITH = (
        *seen_from("parent_dashboard", Dashboard.DELETED_WITH),
        *seen_from("parent_table", Table.DELETED_WITH),
        *seen_from("child_dashboard", Dashboard.DELETED_WITH),
        *seen_from("child_table", Table.DELETED_WITH),
    )
    HIDDEN_WITH = (*seen_from("parent_table", Table.HIDDEN_WITH), *seen_from("child_table", Table.HIDDEN_WITH))

    parent_dashboard = models.ForeignKey(
        Dashboard, models.CASCADE, null=True, blank=True, related_name="child_lineages"
    )
    parent_table = models.ForeignKey(Table, models.CASCADE, null=True, blank=True, related_name="child_lineages")
    child_dashboard = models.ForeignKey(
        Dashboard, models.CASCADE, null=True, blank=True, related_name="parent_lineages"
    )
    child_table = models.ForeignKey(Table, models.CASCADE, null=True, blank=True, related_name="parent_lineages")
    lineage_type = models.CharField(max_length=15, choices=LineageType)
    refreshed_at = models.DateTimeField(null=True, blank=True)
    # Whose import found it, which replaces what it no longer finds; NULL: nobody's.
    found_by = models.ForeignKey(
        Source,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,  # a partial one, below
    )

    class Meta(CatalogRow.Meta):
        constraints = (
            models.CheckConstraint(condition=exactly_one(*prefixed("parent", PARENTS)), name="lineage_has_one_parent"),
            models.CheckConstraint(condition=exactly_one(*prefixed("child", CHILDREN)), name="lineage_has_one_child"),
            *(
                models.UniqueConstraint(fields=(f"parent_{parent}", f"child_{child}"), name=f"lineage_{parent}_{child}")
                for parent in PARENTS
                for child in CHILDREN
            ),
        )
        indexes = (  # type: ignore[assignment]  # one more than the class above has
            *CatalogRow.Meta.indexes,
            models.Index(fields=("found_by",), condition=models.Q(found_by__isnull=False), name="lineage_found_by"),
        )

    def __str__(self) -> str:
        return f"lineage {self.pk}"


class FieldLineage(CatalogRow):
    """One row says that a field is made from another. A dashboard can be a child, never a parent."""

    DELETED_WITH = (
        *seen_from("parent_column", Column.DELETED_WITH),
        *seen_from("parent_dashboard_field", DashboardField.DELETED_WITH),
        *seen_from("child_column", Column.DELETED_WITH),
        *seen_from("child_dashboard", Dashboard.DELETED_WITH),
        *seen_from("child_dashboard_field", DashboardField.DELETED_WITH),
    )

    parent_column = models.ForeignKey(Column, models.CASCADE, null=True, blank=True, related_name="child_lineages")
    parent_dashboard_field = models.ForeignKey(
        DashboardField, models.CASCADE, null=True, blank=True, related_name="child_lineages"
    )
    child_column = models.ForeignKey(Column, models.CASCADE, null=True, blank=True, related_name="parent_lineages")
    child_dashboard = models.ForeignKey(
        Dashboard, models.CASCADE, null=True, blank=True, related_name="parent_field_lineages"
    )
    child_dashboard_field = models.ForeignKey(
        DashboardField, models.CASCADE, null=True, blank=True, related_name="parent_lineages"
    )
    lineage_type = models.CharField(max_length=15, choices=LineageType)
    refreshed_at = models.DateTimeField(null=True, blank=True)
    # Whose import found it, which replaces what it no longer finds; NULL: nobody's.
    found_by = models.ForeignKey(
        Source,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,  # a partial one, below
    )

    class Meta(CatalogRow.Meta):
        constraints = (
            models.CheckConstraint(
                condition=exactly_one(*prefixed("parent", FIELD_PARENTS)),
                name="field_lineage_has_one_parent",
            ),
            models.CheckConstraint(
                condition=exactly_one(*prefixed("child", FIELD_CHILDREN)), name="field_lineage_has_one_child"
            ),
            *(
                models.UniqueConstraint(
                    fields=(f"parent_{parent}", f"child_{child}"), name=f"field_lineage_{parent}_{child}"
                )
                for parent in FIELD_PARENTS
                for child in FIELD_CHILDREN
            ),
        )
        indexes = (  # type: ignore[assignment]  # one more than the class above has
            *CatalogRow.Meta.indexes,
            models.Index(
                fields=("found_by",), condition=models.Q(found_by__isnull=False), name="field_lineage_found_by"
            ),
        )

    def __str__(self) -> str:
        return f"field lineage {self.pk}"
