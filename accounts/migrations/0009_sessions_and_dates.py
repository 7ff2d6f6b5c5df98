"""Sessions that know whose they are (decision 0029), how somebody reads dates, and the reset of a second factor."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class AddText(migrations.AddField):
    """The same by `ALTER TABLE … ADD COLUMN` on SQLite, too, as in 0007: an empty text, so that the triggers stay."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        if schema_editor.connection.vendor != "sqlite":
            return super().database_forwards(app_label, schema_editor, from_state, to_state)
        model = to_state.apps.get_model(app_label, self.model_name)
        field = model._meta.get_field(self.name)
        column = f'"{field.column}" {field.db_type(schema_editor.connection)} DEFAULT \'\' NOT NULL'
        schema_editor.execute(f'ALTER TABLE "{model._meta.db_table}" ADD COLUMN {column}', params=None)


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0008_people_event'),
        ('sessions', '0001_initial'),
    ]

    operations = [
        AddText(
            model_name='user',
            name='dates',
            field=models.CharField(blank=True, choices=[('', 'As my browser writes them'), ('en-GB', '24 Nov 2026, 14:05'), ('en-US', 'Nov 24, 2026, 2:05 PM'), ('iso', '2026-11-24 14:05')], db_default='', default='', max_length=5),
        ),
        migrations.AlterField(
            model_name='peopleevent',
            name='kind',
            field=models.CharField(choices=[('password_changed', 'Password changed'), ('address_changed', 'Address changed'), ('second_factor_added', 'Second factor added'), ('second_factor_removed', 'Second factor removed'), ('second_factor_reset', 'Second factor reset'), ('recovery_codes_generated', 'Recovery codes generated')], max_length=40),
        ),
        migrations.CreateModel(
            name='Session',
            fields=[
                ('session_key', models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name='session key')),
                ('session_data', models.TextField(verbose_name='session data')),
                ('expire_date', models.DateTimeField(db_index=True, verbose_name='expire date')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'session',
                'verbose_name_plural': 'sessions',
                'abstract': False,
            },
        ),
    ]
