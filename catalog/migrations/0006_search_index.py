"""Words of assets as rows: a posting is its key alone, so that on SQLite its table is the index of the key."""


import django.db.models.deletion
from django.db import migrations, models


COLUMNS = """
    "account_id" bigint NOT NULL, "group" smallint unsigned NOT NULL, "word" varchar(60) NOT NULL,
    "impact" smallint unsigned NOT NULL, "entry_id" bigint NOT NULL,
    PRIMARY KEY ("account_id", "group", "word", "impact", "entry_id")
"""


def keep_in_the_key(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute('DROP TABLE "catalog_searchposting"')
        schema_editor.execute(f'CREATE TABLE "catalog_searchposting" ({COLUMNS}) WITHOUT ROWID')


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0011_mcp_access'),
        ('catalog', '0005_role_of_a_field'),
    ]

    operations = [
        migrations.CreateModel(
            name='SearchEntry',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=15)),
                ('asset', models.UUIDField()),
                ('words', models.JSONField()),
                ('version', models.PositiveSmallIntegerField()),
                ('indexed_at', models.DateTimeField()),
                ('account', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.account')),
            ],
            options={
                'verbose_name_plural': 'search entries',
            },
        ),
        migrations.CreateModel(
            name='SearchPosting',
            fields=[
                ('pk', models.CompositePrimaryKey('account', 'group', 'word', 'impact', 'entry', blank=True, editable=False, primary_key=True, serialize=False)),
                ('group', models.PositiveSmallIntegerField()),
                ('word', models.CharField(max_length=60)),
                ('impact', models.PositiveSmallIntegerField()),
                ('account', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.account')),
                ('entry', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='catalog.searchentry')),
            ],
        ),
        migrations.CreateModel(
            name='SearchWord',
            fields=[
                ('pk', models.CompositePrimaryKey('account', 'group', 'word', blank=True, editable=False, primary_key=True, serialize=False)),
                ('group', models.PositiveSmallIntegerField()),
                ('word', models.CharField(max_length=60)),
                ('entries', models.PositiveIntegerField()),
                ('first', models.CharField(blank=True, max_length=1)),
                ('length', models.PositiveSmallIntegerField()),
                ('account', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.account')),
            ],
        ),
        migrations.CreateModel(
            name='SearchDue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(choices=[('asset', 'One asset'), ('place', 'All that lies in a place'), ('newer', 'All that was made since'), ('counts', 'How often words occur')], max_length=6)),
                ('kind', models.CharField(blank=True, max_length=15)),
                ('asset', models.UUIDField()),
                ('after', models.UUIDField(null=True)),
                ('since', models.DateTimeField()),
                ('account', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.account')),
            ],
            options={
                'verbose_name_plural': 'search due',
                'constraints': [models.UniqueConstraint(fields=('account', 'what', 'kind', 'asset'), name='search_due_once')],
            },
        ),
        migrations.AddConstraint(
            model_name='searchentry',
            constraint=models.UniqueConstraint(fields=('account', 'kind', 'asset'), name='search_entry_once'),
        ),
        migrations.AddConstraint(
            model_name='searchentry',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['column', 'dashboard', 'dashboard_field', 'query', 'table', 'term'])), name='search_entry_kind_is_known'),
        ),
        migrations.AddIndex(
            model_name='searchentry',
            index=models.Index(fields=['version'], name='search_entry_by_version'),
        ),
        migrations.AddIndex(
            model_name='searchword',
            index=models.Index(fields=['account', 'group', 'first', 'length'], name='search_word_alike'),
        ),
        migrations.RunPython(keep_in_the_key, migrations.RunPython.noop),
    ]
