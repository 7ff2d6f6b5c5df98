"""On PostgreSQL, the first pages of an account's tables by popularity and by name come from indexes. SQLite sorts."""

from django.db import migrations

# SQLite takes no NULLS LAST in an index, so that models cannot say it. docs/performance.md has the plans.
INDEXES = {
    "catalog_table_by_popularity": "account_id, popularity DESC NULLS LAST, id",
    "catalog_table_by_name": "account_id, name, id",
}


def install(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    for name, columns in INDEXES.items():
        schema_editor.execute(f"CREATE INDEX {name} ON catalog_table ({columns})")


def remove(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    for name in INDEXES:
        schema_editor.execute(f"DROP INDEX IF EXISTS {name}")


class Migration(migrations.Migration):

    dependencies = [
        ("catalog", "0002_text_search"),
    ]

    operations = [
        migrations.RunPython(install, remove),
    ]
