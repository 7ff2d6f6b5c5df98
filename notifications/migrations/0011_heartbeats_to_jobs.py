"""Heartbeats are of the app jobs now, with their content type, and so whatever was granted. The table stays as it is."""

from django.db import migrations


def give(apps, schema_editor, old="notifications", new="jobs"):
    types = apps.get_model("contenttypes", "ContentType").objects.using(schema_editor.connection.alias)
    if not types.filter(app_label=new, model="heartbeat").exists():
        types.filter(app_label=old, model="heartbeat").update(app_label=new)


def give_back(apps, schema_editor):
    give(apps, schema_editor, old="jobs", new="notifications")


class Migration(migrations.Migration):
    dependencies = [
        ("contenttypes", "0002_remove_content_type_name"),
        ("jobs", "0001_heartbeat"),
        ("notifications", "0010_triggers_of_any_subject"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel("Heartbeat")]),
        migrations.RunPython(give, give_back),
    ]
