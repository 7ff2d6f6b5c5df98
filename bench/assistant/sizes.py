"""How much room the index takes."""

from collections.abc import Iterator

from django.db import connection

from catalog.models import SearchEntry, SearchPosting, SearchWord

MODELS = (SearchPosting, SearchEntry, SearchWord)


def sizes() -> Iterator[tuple[str, int, float]]:
    """Of each table of the index its name, its rows and its megabytes with its own indexes."""
    for model in MODELS:
        name = model._meta.db_table
        yield name, model.objects.count(), bytes_of(name) / 1e6


def bytes_of(table: str) -> int:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_total_relation_size(%s)", [table])
        else:
            names = "SELECT name FROM sqlite_master WHERE tbl_name = %s"
            cursor.execute(f"SELECT SUM(pgsize) FROM dbstat WHERE name IN ({names})", [table])
        return int(cursor.fetchone()[0])
