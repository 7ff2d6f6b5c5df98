"""The agenda is about tokens: an email of another subject makes nobody due. SQLite made the table of emails anew.

Beside a working site each trigger comes in a transaction of its own, as in 0006; every statement may run twice.
"""

from importlib import import_module

from django.db import migrations

CHANGED = {
    "email_untold": lambda when: f"NEW.token_id IS NOT NULL AND ({when})",
    "email_removed": lambda when: "OLD.token_id IS NOT NULL",
}


def install(apps, schema_editor):
    """All triggers of the agenda, as they are from now on."""
    before = import_module("notifications.migrations.0006_next_notice_triggers")
    before.install(apps, schema_editor)
    vendor = schema_editor.connection.vendor
    for name, what, when, does in before.TRIGGERS:
        if name in CHANGED:
            if vendor == "sqlite":
                schema_editor.execute(f"DROP TRIGGER notifications_{name}", params=None)
            for statement in before.STATEMENTS[vendor](name, what, CHANGED[name](when), does):
                schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("notifications", "0009_any_subject_constraints"),
    ]

    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
