"""The path of a table: the names of its database, its schema and its own."""

from django.db.models import CharField, F, OuterRef, Subquery, Value
from django.db.models.functions import Concat

from catalog.models import CatalogQuerySet, Schema


def path_of(schema: Schema, name: str) -> str:
    """What the path of a table with this name in this schema is."""
    return f"{schema.database.name}.{schema.name}.{name}"


def rewrite_paths(tables: CatalogQuerySet) -> None:
    """Make the paths of these tables from the names that are stored now; one UPDATE, however many they are.

    Their `updated_at` stays: nothing was changed that anybody had said of them.
    """
    schema = Schema.objects.filter(pk=OuterRef("schema")).order_by()
    place = schema.values(place=Concat("database__name", Value("."), "name", output_field=CharField()))
    tables.update(path=Concat(Subquery(place), Value("."), F("name"), output_field=CharField()))
