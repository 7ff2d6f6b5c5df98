"""SQLite made the tables of accounts and people anew, without the triggers of the agenda."""

from importlib import import_module

from django.db import migrations


def install(apps, schema_editor):
    import_module("notifications.migrations.0006_next_notice_triggers").install(apps, schema_editor)


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0005_teams"),
        ("notifications", "0006_next_notice_triggers"),
    ]

    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
