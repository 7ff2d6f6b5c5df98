"""Where tables lie: source, database, schema, table, column."""

from uuid import UUID, uuid4

from django.db import models
from django.urls import reverse

from catalog.choices import (
    ColumnExternalDescriptionSource,
    ExternalLinkTechnology,
    SourceOrigin,
    SourceTechnology,
    SourceType,
    SqlDialect,
    TableExternalDescriptionSource,
    TableType,
    TransformationSource,
)
from catalog.models.rows import (
    NAME_LENGTH,
    URL_LENGTH,
    CatalogRow,
    DescribedRow,
    NamedRow,
    popularity_constraint,
    seen_from,
)

PLACE_DESCRIPTION_LENGTH = 500  # characters, of a database or a schema
PATH_LENGTH = 3 * NAME_LENGTH + 2


class Source(NamedRow):
    """One row is a tool of the customer that the catalog knows; one of an account may be kept through the API."""

    DELETED_WITH = ("",)

    # Version 4, which does not sort by time: the programs that upload files take no other.
    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    origin = models.CharField(max_length=10, choices=SourceOrigin)
    technology = models.CharField(max_length=30, choices=SourceTechnology)
    type = models.CharField(max_length=14, choices=SourceType)
    last_refreshed_at = models.DateTimeField(null=True, blank=True, help_text="The last time it was read.")
    sql_dialect = models.CharField(
        "SQL dialect", max_length=10, choices=SqlDialect, blank=True, default="", db_default=""
    )  # empty: that of its technology
    warehouse = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="+", help_text="Whose tables it describes."
    )
    deletion_percent = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="How much of a kind an import may delete unasked; empty: as everywhere."
    )

    class Meta(NamedRow.Meta):
        constraints = (
            models.UniqueConstraint(fields=("account",), condition=models.Q(origin="API"), name="source_one_by_api"),
            models.CheckConstraint(
                condition=models.Q(deletion_percent__range=(1, 100)), name="source_deletion_percent_in_range"
            ),
        )

    @property
    def is_editable(self) -> bool:
        """Whether programs may change it and what lies in it."""
        return self.origin == SourceOrigin.API


class Database(NamedRow):
    """One row is a database in a source; what lies in a hidden one is hidden with it."""

    DELETED_WITH = ("", "source__")
    HIDDEN_WITH = ("",)

    source = models.ForeignKey(Source, models.PROTECT, related_name="databases")
    external_id = models.CharField(max_length=NAME_LENGTH)
    description = models.CharField(max_length=PLACE_DESCRIPTION_LENGTH, null=True, blank=True)
    is_hidden = models.BooleanField(default=False)

    class Meta(NamedRow.Meta):
        constraints = (models.UniqueConstraint(fields=("source", "external_id"), name="database_once_in_source"),)


class Schema(NamedRow):
    """One row is a schema in a database."""

    DELETED_WITH = ("", "database__", "database__source__")
    HIDDEN_WITH = ("", "database__")

    database = models.ForeignKey(Database, models.PROTECT, related_name="schemas")
    external_id = models.CharField(max_length=NAME_LENGTH)
    description = models.CharField(max_length=PLACE_DESCRIPTION_LENGTH, null=True, blank=True)
    is_hidden = models.BooleanField(default=False)

    class Meta(NamedRow.Meta):
        constraints = (models.UniqueConstraint(fields=("database", "external_id"), name="schema_once_in_database"),)


class Table(DescribedRow):
    """One row is a table, a view or the like in a schema; `table_type` says which."""

    DELETED_WITH = ("", "schema__", "schema__database__", "schema__database__source__")
    HIDDEN_WITH = ("schema__", "schema__database__")

    schema = models.ForeignKey(Schema, models.PROTECT, related_name="tables")
    external_id = models.CharField(max_length=NAME_LENGTH)
    path = models.CharField(max_length=PATH_LENGTH, editable=False)  # database.schema.table, kept by services
    external_description_source = models.CharField(
        max_length=10, choices=TableExternalDescriptionSource, null=True, blank=True
    )
    table_type = models.CharField(max_length=15, choices=TableType, default=TableType.TABLE)
    transformation_source = models.CharField(max_length=10, choices=TransformationSource, null=True, blank=True)
    url = models.CharField(max_length=URL_LENGTH, null=True, blank=True)
    table_size = models.IntegerField(null=True, blank=True, help_text="In MB.")
    number_of_queries = models.IntegerField(null=True, blank=True)
    popularity = models.IntegerField(null=True, blank=True, help_text="Out of 1,000,000.")
    last_queried_at = models.DateTimeField(null=True, blank=True)
    last_refreshed_at = models.DateTimeField(null=True, blank=True)

    class Meta(DescribedRow.Meta):
        constraints = (
            models.UniqueConstraint(fields=("schema", "external_id"), name="table_once_in_schema"),
            models.CheckConstraint(condition=models.Q(table_size__gte=0), name="table_size_not_below_0"),
            models.CheckConstraint(condition=models.Q(number_of_queries__gte=0), name="table_queries_not_below_0"),
            popularity_constraint("table"),
        )

    def get_absolute_url(self) -> str:
        return reverse("asset-table", args=[self.pk])


class Column(NamedRow):
    """One row is a column of a table."""

    DELETED_WITH = ("", *seen_from("table", Table.DELETED_WITH))
    HIDDEN_WITH = seen_from("table", Table.HIDDEN_WITH)

    table = models.ForeignKey(Table, models.PROTECT, related_name="columns")
    source = models.ForeignKey(Source, models.PROTECT, related_name="+")  # the table's, which never moves to another
    external_id = models.CharField(max_length=NAME_LENGTH)
    data_type = models.CharField(max_length=NAME_LENGTH)
    description_raw = models.TextField("description", null=True, blank=True, help_text="Written in Catalog.")
    external_description = models.TextField(null=True, blank=True, help_text="As the source says.")
    external_description_source = models.CharField(
        max_length=10, choices=ColumnExternalDescriptionSource, null=True, blank=True
    )
    is_description_generated = models.BooleanField(null=True, blank=True)
    described_by_column = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")
    is_nullable = models.BooleanField(default=True)
    is_pii = models.BooleanField("personal data", null=True, blank=True)
    is_primary_key = models.BooleanField("primary key", null=True, blank=True)
    source_order = models.IntegerField(null=True, blank=True, help_text="Its place in the table.")

    class Meta(NamedRow.Meta):
        constraints = (models.UniqueConstraint(fields=("table", "external_id"), name="column_once_in_table"),)

    def get_absolute_url(self) -> str:
        """Its place on the page of its table."""
        return f"{reverse('asset-table', args=[self.table_id])}#column-{self.pk}"

    @property
    def schema_id(self) -> UUID:
        """Where its table lies."""
        schema_id: UUID = self.table.schema_id
        return schema_id

    @property
    def database_id(self) -> UUID:
        database_id: UUID = self.table.schema.database_id
        return database_id

    @property
    def description(self) -> str:
        """Catalog's text, else the source's, else nothing."""
        return self.description_raw or self.external_description or ""


class ExternalLink(CatalogRow):
    """One row is an address about a table elsewhere: its code, its job."""

    table = models.ForeignKey(Table, models.CASCADE, related_name="external_links")
    technology = models.CharField(max_length=10, choices=ExternalLinkTechnology)
    url = models.CharField(max_length=URL_LENGTH)

    def __str__(self) -> str:
        return self.url
