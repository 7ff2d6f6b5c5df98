"""On PostgreSQL, parts of names and paths are found by trigrams. SQLite reads the rows."""

from django.db import migrations

# What `icontains` asks: UPPER(name::text) LIKE UPPER(…). docs/performance.md has the plans.
SEARCHED = (
    ("catalog_table", "path"),
    ("catalog_table", "name"),
    ("catalog_column", "name"),
    ("catalog_dashboard", "name"),
    ("catalog_dashboardfield", "name"),
)


def install(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")  # trusted: the database's owner may
    for table, column in SEARCHED:
        schema_editor.execute(
            f"CREATE INDEX {table}_{column}_trigrams ON {table} USING gin (UPPER({column}::text) gin_trgm_ops)"
        )


def remove(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    for table, column in SEARCHED:
        schema_editor.execute(f"DROP INDEX IF EXISTS {table}_{column}_trigrams")


class Migration(migrations.Migration):

    dependencies = [
        ("catalog", "0001_initial"),
    ]

    operations = [
        migrations.RunPython(install, remove),
    ]
