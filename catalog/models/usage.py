"""How tables are used and whether they can be trusted: queries, joins, quality checks."""

from django.db import models

from catalog.choices import QualityStatus, QueryType
from catalog.models.people import SourceUser
from catalog.models.rows import NAME_LENGTH, URL_LENGTH, CatalogRow, seen_from
from catalog.models.warehouse import Column, Table


class TableQuery(CatalogRow):
    """One row is a query that ran in a warehouse, with the tables that it reads or writes."""

    hash = models.CharField(max_length=64)
    query = models.TextField()
    query_type = models.CharField(max_length=6, choices=QueryType)
    tables = models.ManyToManyField(Table, related_name="queries")
    author = models.CharField(max_length=NAME_LENGTH, null=True, blank=True)
    source_user = models.ForeignKey(SourceUser, models.SET_NULL, null=True, blank=True, related_name="queries")
    timestamp = models.DateTimeField(help_text="When it ran.")
    queries_duration = models.FloatField(null=True, blank=True, help_text="In seconds.")
    rows_produced = models.IntegerField(null=True, blank=True)
    snowflake_warehouse_size = models.CharField(max_length=50, null=True, blank=True)
    is_hidden = models.BooleanField(default=False)

    class Meta(CatalogRow.Meta):
        verbose_name_plural = "table queries"
        constraints = (models.UniqueConstraint(fields=("account", "hash"), name="query_once"),)

    def __str__(self) -> str:
        return self.hash


class ColumnJoin(CatalogRow):
    """One row counts the joins that were seen between two columns."""

    DELETED_WITH = (
        *seen_from("first_column", Column.DELETED_WITH),
        *seen_from("second_column", Column.DELETED_WITH),
    )
    HIDDEN_WITH = (*seen_from("first_column", Column.HIDDEN_WITH), *seen_from("second_column", Column.HIDDEN_WITH))

    first_column = models.ForeignKey(Column, models.CASCADE, related_name="first_joins")
    second_column = models.ForeignKey(Column, models.CASCADE, related_name="second_joins")
    count = models.PositiveIntegerField()

    class Meta(CatalogRow.Meta):
        constraints = (models.UniqueConstraint(fields=("first_column", "second_column"), name="column_join_once"),)

    def __str__(self) -> str:
        return f"{self.count} joins"


class QualityCheck(CatalogRow):
    """One row is the last run of a check on a table. `status` is the verdict, `result` says more."""

    DELETED_WITH = ("", "column__", *seen_from("table", Table.DELETED_WITH))

    table = models.ForeignKey(Table, models.CASCADE, related_name="quality_checks")
    column = models.ForeignKey(Column, models.SET_NULL, null=True, blank=True, related_name="quality_checks")
    external_id = models.CharField(max_length=NAME_LENGTH)
    name = models.CharField(max_length=NAME_LENGTH)
    description = models.TextField(null=True, blank=True)
    owner_email = models.CharField(max_length=254, null=True, blank=True)
    result = models.TextField(null=True, blank=True)
    source = models.CharField(max_length=NAME_LENGTH, help_text="The tool that ran it; API for one sent by a program.")
    status = models.CharField(max_length=7, choices=QualityStatus)
    url = models.CharField(max_length=URL_LENGTH, null=True, blank=True)
    run_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta(CatalogRow.Meta):
        constraints = (models.UniqueConstraint(fields=("table", "external_id"), name="check_once_on_table"),)

    def __str__(self) -> str:
        return self.name
