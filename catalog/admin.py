"""The catalog in the admin: read only, and quick with a million rows."""

from typing import Any, ClassVar

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property

from accounts.admin import LookOnly
from catalog import models
from catalog.ids import known_uuid
from catalog.models.rows import any_of

MAX_ROWS_LISTED = 10_000  # rows that a list leads to; counting a million would take seconds


class ShortPaginator(Paginator):
    """Counts MAX_ROWS_LISTED rows at most, and lists no more: operators search for the others."""

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list  # the admin hands over querysets alone
        return int(rows[:MAX_ROWS_LISTED].count())


class CatalogAdmin(LookOnly, admin.ModelAdmin):
    """The latest rows first, in the order of the primary key, since no other order has an index for all accounts."""

    ordering = ("-id",)
    sortable_by = ()
    paginator = ShortPaginator
    show_facets = admin.ShowFacets.NEVER  # each would be a count
    view_on_site = False  # operators have no assets
    list_per_page = 50
    list_select_related: ClassVar[tuple[str, ...]] = ("account",)
    search_fields: ClassVar[tuple[str, ...]] = ("name",)
    id_columns: ClassVar[tuple[str, ...]] = ("id",)  # columns that an id is looked for in

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Every column: whoever looks after a site wants to see what is stored."""
        return [field.name for field in (*self.opts.fields, *self.opts.many_to_many)]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Rows by an id in `id_columns`; by a text only where an index serves that search."""
        if known := known_uuid(search_term.strip()):
            return queryset.filter(any_of(Q(**{column: known}) for column in self.id_columns)), False
        if search_term and self.search_fields == ("id",):
            return queryset.none(), False
        return super().get_search_results(request, queryset, search_term)


@admin.register(models.Source)
class SourceAdmin(CatalogAdmin):
    list_display = ("name", "account", "technology", "type", "origin", "last_refreshed_at", "deleted_at")
    list_filter = ("type", "origin")


@admin.register(models.Database)
class DatabaseAdmin(CatalogAdmin):
    list_display = ("name", "account", "source", "is_hidden", "deleted_at")
    list_select_related = ("account", "source")
    id_columns = ("id", "source")


@admin.register(models.Schema)
class SchemaAdmin(CatalogAdmin):
    list_display = ("name", "account", "database", "is_hidden", "deleted_at")
    list_select_related = ("account", "database")
    id_columns = ("id", "database")


@admin.register(models.Table)
class TableAdmin(CatalogAdmin):
    list_display = ("path", "account", "table_type", "popularity", "verified_at", "deprecated_at", "deleted_at")
    list_filter = ("table_type",)
    search_fields = ("path",)
    id_columns = ("id", "schema")


@admin.register(models.Column)
class ColumnAdmin(CatalogAdmin):
    list_display = ("name", "account", "table", "data_type", "is_pii", "is_primary_key", "deleted_at")
    list_select_related = ("account", "table")
    id_columns = ("id", "table")


@admin.register(models.Dashboard)
class DashboardAdmin(CatalogAdmin):
    list_display = ("name", "account", "source", "type", "folder_path", "popularity", "deleted_at")
    list_select_related = ("account", "source")
    list_filter = ("type",)
    id_columns = ("id", "source")


@admin.register(models.Term)
class TermAdmin(CatalogAdmin):
    list_display = ("name", "account", "parent_term", "depth_level", "deleted_at")
    list_select_related = ("account", "parent_term")
    id_columns = ("id", "parent_term")


@admin.register(models.Tag)
class TagAdmin(CatalogAdmin):
    list_display = ("label", "account", "color", "linked_term")
    list_select_related = ("account", "linked_term")
    search_fields = ("label",)
    id_columns = ("id", "linked_term")


@admin.register(models.Lineage)
class LineageAdmin(CatalogAdmin):
    list_display = (
        *("id", "account", "parent_table", "parent_dashboard", "child_table", "child_dashboard"),
        *("lineage_type", "refreshed_at"),
    )
    list_select_related = ("account", "parent_table", "parent_dashboard", "child_table", "child_dashboard")
    search_fields = ("id",)
    search_help_text = "The id of a lineage, or of a table or dashboard on either side."
    id_columns = ("id", "parent_table", "parent_dashboard", "child_table", "child_dashboard")


@admin.register(models.TableQuery)
class TableQueryAdmin(CatalogAdmin):
    list_display = ("hash", "account", "query_type", "author", "timestamp", "queries_duration", "is_hidden")
    search_fields = ("id",)
    search_help_text = "The id of a query."


@admin.register(models.QualityCheck)
class QualityCheckAdmin(CatalogAdmin):
    list_display = ("name", "account", "table", "status", "source", "run_at", "deleted_at")
    list_select_related = ("account", "table")
    list_filter = ("status",)
    search_fields = ("id",)
    search_help_text = "The id of a check, of its table or of its column."
    id_columns = ("id", "table", "column")


@admin.register(models.SourceUser)
class SourceUserAdmin(CatalogAdmin):
    list_display = ("__str__", "account", "source", "email", "user", "deleted_at")
    list_select_related = ("account", "source", "user")
    search_fields = ("name", "email")
    id_columns = ("id", "source")


@admin.register(models.PinnedAsset)
class PinnedAssetAdmin(CatalogAdmin):
    FROM = ("from_table", "from_dashboard", "from_term")
    TO = ("to_table", "to_column", "to_dashboard", "to_dashboard_field", "to_term")

    list_display = ("id", "account", *FROM, *TO)
    list_select_related = ("account", *FROM, *TO)
    search_fields = ("id",)
    search_help_text = "The id of a pin, or of an asset on either side."
    id_columns = ("id", *FROM, *TO)


@admin.register(models.DataProduct)
class DataProductAdmin(CatalogAdmin):
    list_display = ("id", "account", "table", "dashboard", "term", "created_at")
    list_select_related = ("account", "table", "dashboard", "term")
    search_fields = ("id",)
    search_help_text = "The id of a product, or of its table, dashboard or term."
    id_columns = ("id", "table", "dashboard", "term")


@admin.register(models.SearchDue)
class SearchDueAdmin(CatalogAdmin):
    """What the search has still to look at; rows that stay say that no worker serves the queue `default`."""

    list_display = ("what", "kind", "asset", "account", "since", "after")
    list_filter = ("what",)
    search_fields = ()
