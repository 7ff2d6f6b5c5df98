"""Whether AI clients may come in by MCP, and whether they may write: both off until an administrator says so."""

from django.db import migrations, models


class AddFlag(migrations.AddField):
    """The same by `ALTER TABLE … ADD COLUMN` on SQLite, too, as in 0007: off, so that the triggers stay."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        if schema_editor.connection.vendor != "sqlite":
            return super().database_forwards(app_label, schema_editor, from_state, to_state)
        model = to_state.apps.get_model(app_label, self.model_name)
        field = model._meta.get_field(self.name)
        column = f'"{field.column}" {field.db_type(schema_editor.connection)} DEFAULT 0 NOT NULL'
        schema_editor.execute(f'ALTER TABLE "{model._meta.db_table}" ADD COLUMN {column}', params=None)


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0010_forget_sessions_of_before'),
    ]

    operations = [
        AddFlag(
            model_name='account',
            name='mcp_access',
            field=models.BooleanField(db_default=False, default=False, verbose_name='MCP server access'),
        ),
        AddFlag(
            model_name='account',
            name='mcp_writes',
            field=models.BooleanField(db_default=False, default=False, verbose_name='Let MCP clients write'),
        ),
    ]
