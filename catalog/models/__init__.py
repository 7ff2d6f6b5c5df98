"""What the catalog knows. Each row belongs to one account; each module below is one part."""

from catalog.models.dashboards import Dashboard, DashboardField
from catalog.models.knowledge import DataProduct, PinnedAsset, Tag, TagEntity, Term
from catalog.models.lineage import FieldLineage, Lineage
from catalog.models.people import EntityEditor, OwnerEntity, OwnerLabel, SourceUser, TeamOwnerEntity
from catalog.models.rows import CatalogQuerySet, CatalogRow, DescribedRow, NamedRow
from catalog.models.search import SearchDue, SearchEntry, SearchGroup, SearchPosting, SearchWord, Synonym
from catalog.models.usage import ColumnJoin, QualityCheck, TableQuery
from catalog.models.warehouse import Column, Database, ExternalLink, Schema, Source, Table

__all__ = [
    "CatalogQuerySet",
    "CatalogRow",
    "Column",
    "ColumnJoin",
    "Dashboard",
    "DashboardField",
    "DataProduct",
    "Database",
    "DescribedRow",
    "EntityEditor",
    "ExternalLink",
    "FieldLineage",
    "Lineage",
    "NamedRow",
    "OwnerEntity",
    "OwnerLabel",
    "PinnedAsset",
    "QualityCheck",
    "Schema",
    "SearchDue",
    "SearchEntry",
    "SearchGroup",
    "SearchPosting",
    "SearchWord",
    "Source",
    "SourceUser",
    "Synonym",
    "Table",
    "TableQuery",
    "Tag",
    "TagEntity",
    "TeamOwnerEntity",
    "Term",
]
