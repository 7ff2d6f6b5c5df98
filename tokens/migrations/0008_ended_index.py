"""The sweep looks for calls with any token that has ended, not with replaced ones alone.

On PostgreSQL the ledger is written meanwhile. Should building the index fail there, drop what is left of it
(`DROP INDEX use_ended_by_time`) and migrate again.
"""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


def plainly_elsewhere(concurrently, plainly):
    """The operation that locks nobody out; on SQLite, which has no such thing, the plain one."""

    class Operation(concurrently):
        def database_forwards(self, app_label, schema_editor, from_state, to_state):
            one = concurrently if schema_editor.connection.vendor == "postgresql" else plainly
            one.database_forwards(self, app_label, schema_editor, from_state, to_state)

        def database_backwards(self, app_label, schema_editor, from_state, to_state):
            one = concurrently if schema_editor.connection.vendor == "postgresql" else plainly
            one.database_backwards(self, app_label, schema_editor, from_state, to_state)

    return Operation


AddIndex = plainly_elsewhere(AddIndexConcurrently, migrations.AddIndex)
RemoveIndex = plainly_elsewhere(RemoveIndexConcurrently, migrations.RemoveIndex)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("tokens", "0007_finished_rotation")]

    operations = [
        AddIndex(
            model_name="tokenuse",
            index=models.Index(
                condition=models.Q(reason__in=("expired", "replaced", "revoked")),
                fields=["last_seen"],
                name="use_ended_by_time",
            ),
        ),
        RemoveIndex(model_name="tokenuse", name="use_echo_by_time"),
    ]
