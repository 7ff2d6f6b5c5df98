"""What people look at: dashboards and their fields."""

from django.db import models
from django.urls import reverse

from catalog.choices import DashboardExternalDescriptionSource, DashboardFieldRole, DashboardType
from catalog.models.rows import NAME_LENGTH, URL_LENGTH, DescribedRow, NamedRow, popularity_constraint
from catalog.models.warehouse import Source


class Dashboard(DescribedRow):
    """One row is a dashboard, or what `type` says, in a folder of a source."""

    DELETED_WITH = ("", "source__")

    source = models.ForeignKey(Source, models.PROTECT, related_name="dashboards")
    external_id = models.CharField(max_length=NAME_LENGTH)
    external_slug = models.CharField(max_length=NAME_LENGTH, null=True, blank=True)
    external_description_source = models.CharField(
        max_length=14, choices=DashboardExternalDescriptionSource, null=True, blank=True
    )
    type = models.CharField(max_length=10, choices=DashboardType, default=DashboardType.DASHBOARD)
    folder_path = models.CharField(max_length=URL_LENGTH, help_text="root/folder1/folder2, in the tool.")
    folder_url = models.CharField(max_length=URL_LENGTH, null=True, blank=True)
    url = models.CharField(max_length=URL_LENGTH)
    popularity = models.IntegerField(null=True, blank=True, help_text="Out of 1,000,000.")

    class Meta(DescribedRow.Meta):
        constraints = (
            models.UniqueConstraint(fields=("source", "type", "external_id"), name="dashboard_once_by_type"),
            popularity_constraint("dashboard"),
        )

    def get_absolute_url(self) -> str:
        return reverse("asset-dashboard", args=[self.pk])


class DashboardField(NamedRow):
    """One row is a field of a dashboard: a dimension, a measure, a filter or a parameter."""

    DELETED_WITH = ("", "dashboard__", "dashboard__source__")

    dashboard = models.ForeignKey(Dashboard, models.PROTECT, related_name="fields")
    external_id = models.CharField(max_length=NAME_LENGTH)
    label = models.CharField(max_length=NAME_LENGTH)
    data_type = models.CharField(max_length=NAME_LENGTH)
    description = models.TextField(null=True, blank=True)
    is_primary_key = models.BooleanField("primary key", null=True, blank=True)
    role = models.CharField(max_length=9, choices=DashboardFieldRole, default=DashboardFieldRole.DIMENSION)
    view_label = models.CharField(max_length=NAME_LENGTH, null=True, blank=True)
    view_name = models.CharField(max_length=NAME_LENGTH, null=True, blank=True)
    popularity = models.IntegerField(null=True, blank=True, help_text="Out of 1,000,000.")

    class Meta(NamedRow.Meta):
        constraints = (
            models.UniqueConstraint(fields=("dashboard", "external_id"), name="field_once_in_dashboard"),
            popularity_constraint("field"),
        )

    def get_absolute_url(self) -> str:
        """Its place on the page of its dashboard."""
        return f"{reverse('asset-dashboard', args=[self.dashboard_id])}#field-{self.pk}"
