"""What imports need of rows: whose they are, who found them, and sources whose ids programs of others take.

Nothing is rewritten on PostgreSQL; the two indexes hold no row yet. Older processes go on beside it.
"""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0011_mcp_access'),
        ('catalog', '0008_synonyms'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='dashboard',
            name='dashboard_once_in_source',
        ),
        migrations.AddField(
            model_name='fieldlineage',
            name='found_by',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.source'),
        ),
        migrations.AddField(
            model_name='lineage',
            name='found_by',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.source'),
        ),
        migrations.AddField(
            model_name='ownerentity',
            name='origin',
            field=models.CharField(choices=[('EXTERNAL', 'External'), ('USER', 'User')], db_default='USER', default='USER', max_length=8),
        ),
        migrations.AddField(
            model_name='source',
            name='deletion_percent',
            field=models.PositiveSmallIntegerField(blank=True, help_text='How much of a kind an import may delete unasked; empty: as everywhere.', null=True),
        ),
        migrations.AddField(
            model_name='source',
            name='sql_dialect',
            field=models.CharField(blank=True, choices=[('athena', 'Amazon Athena'), ('bigquery', 'BigQuery'), ('clickhouse', 'ClickHouse'), ('databricks', 'Databricks'), ('duckdb', 'DuckDB'), ('hive', 'Hive'), ('mysql', 'MySQL'), ('oracle', 'Oracle'), ('postgres', 'PostgreSQL'), ('presto', 'Presto'), ('redshift', 'Redshift'), ('snowflake', 'Snowflake'), ('spark', 'Spark'), ('sqlite', 'SQLite'), ('teradata', 'Teradata'), ('trino', 'Trino'), ('tsql', 'SQL Server')], db_default='', default='', max_length=10, verbose_name='SQL dialect'),
        ),
        migrations.AddField(
            model_name='source',
            name='warehouse',
            field=models.ForeignKey(blank=True, help_text='Whose tables it describes.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='catalog.source'),
        ),
        migrations.AlterField(
            model_name='source',
            name='id',
            field=models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
        ),
        migrations.AddIndex(
            model_name='fieldlineage',
            index=models.Index(condition=models.Q(('found_by__isnull', False)), fields=['found_by'], name='field_lineage_found_by'),
        ),
        migrations.AddIndex(
            model_name='lineage',
            index=models.Index(condition=models.Q(('found_by__isnull', False)), fields=['found_by'], name='lineage_found_by'),
        ),
        migrations.AddConstraint(
            model_name='dashboard',
            constraint=models.UniqueConstraint(fields=('source', 'type', 'external_id'), name='dashboard_once_by_type'),
        ),
        migrations.AddConstraint(
            model_name='source',
            constraint=models.CheckConstraint(condition=models.Q(('deletion_percent__range', (1, 100))), name='source_deletion_percent_in_range'),
        ),
    ]
