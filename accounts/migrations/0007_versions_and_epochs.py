"""Versions of accounts and people, and the epoch of a person's sign-ins (decision 0015)."""

from django.db import migrations, models


class AddColumn(migrations.AddField):
    """The same by `ALTER TABLE … ADD COLUMN` on SQLite, too: Django would make the table anew, without the triggers of
    `accounts` and `notifications`. For columns of numbers with a default in the database.
    """

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        if schema_editor.connection.vendor != "sqlite":
            return super().database_forwards(app_label, schema_editor, from_state, to_state)
        model = to_state.apps.get_model(app_label, self.model_name)
        field = model._meta.get_field(self.name)
        column = f'"{field.column}" {field.db_type(schema_editor.connection)} DEFAULT {field.db_default} NOT NULL'
        check = f'CHECK ({field.db_check(schema_editor.connection)})'
        schema_editor.execute(f'ALTER TABLE "{model._meta.db_table}" ADD COLUMN {column} {check}', params=None)


def number(default):
    return models.PositiveIntegerField(default=default, db_default=default, editable=False)


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0006_audit_entry'),
    ]

    operations = [
        AddColumn(model_name='account', name='version', field=number(1)),
        AddColumn(model_name='user', name='version', field=number(1)),
        AddColumn(model_name='user', name='sign_in_epoch', field=number(0)),
    ]
