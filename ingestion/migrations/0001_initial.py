"""Uploads, batches, and what became of them; on PostgreSQL the database itself refuses that an event is changed."""

import catalog.ids
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

INSTALL = """
CREATE FUNCTION ingestion_importevent_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the history of imports is append-only' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER ingestion_importevent_append_only BEFORE UPDATE ON ingestion_importevent
    FOR EACH ROW EXECUTE FUNCTION ingestion_importevent_append_only();
"""
REMOVE = """
DROP TRIGGER ingestion_importevent_append_only ON ingestion_importevent;
DROP FUNCTION ingestion_importevent_append_only();
"""


def on_postgresql(sql):
    def run(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(sql, params=None)

    return run


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0011_mcp_access'),
        ('catalog', '0009_imported_rows'),
        ('tokens', '0010_operation'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Batch',
            fields=[
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('next_attempt_at', models.DateTimeField()),
                ('lease_until', models.DateTimeField(null=True)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('family', models.CharField(choices=[('WAREHOUSE', 'Warehouse'), ('VIZ', 'Visualization'), ('DBT', 'dbt'), ('QUALITY', 'Quality'), ('LOOKML', 'LookML'), ('MANUAL', 'Manual lineage')], max_length=9)),
                ('stamp', models.DateTimeField()),
                ('state', models.CharField(choices=[('received', 'received'), ('waiting', 'waiting'), ('importing', 'importing'), ('held', 'held'), ('imported', 'imported'), ('imported with issues', 'imported with issues'), ('refused', 'refused'), ('failed', 'failed'), ('superseded', 'superseded'), ('stored', 'stored'), ('undone', 'undone')], default='received', max_length=20)),
                ('received_at', models.DateTimeField()),
                ('last_upload_at', models.DateTimeField()),
                ('failures', models.PositiveSmallIntegerField(default=0)),
                ('asked_again', models.BooleanField(default=False)),
                ('confirmed', models.JSONField(null=True)),
                ('moment', models.DateTimeField(null=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('phase', models.CharField(blank=True, max_length=20)),
                ('done', models.PositiveBigIntegerField(default=0)),
                ('total', models.PositiveBigIntegerField(default=0)),
                ('counts', models.JSONField(default=dict)),
                ('note', models.CharField(blank=True, max_length=1000)),
                ('report', models.CharField(blank=True, max_length=120)),
                ('account', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.account')),
                ('source', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.source')),
            ],
            options={
                'verbose_name_plural': 'batches',
                'ordering': ('-received_at', 'id'),
                'constraints': [
                    models.CheckConstraint(condition=models.Q(models.Q(('lease_until__isnull', False), ('state', 'importing')), models.Q(models.Q(('state', 'importing'), _negated=True), ('lease_until', None)), _connector='OR'), name='batch_leased_while_importing'),
                    models.CheckConstraint(condition=models.Q(models.Q(('state__in', ('imported', 'imported with issues', 'undone')), _negated=True), ('moment__isnull', False), _connector='OR'), name='batch_moment_once_written'),
                    models.CheckConstraint(condition=models.Q(models.Q(('state__in', ('received', 'stored')), _negated=True), ('moment', None), _connector='OR'), name='batch_no_moment_before'),
                    models.CheckConstraint(condition=models.Q(('source__isnull', False), ('family', 'MANUAL'), _connector='OR'), name='batch_without_source_is_manual'),
                    models.UniqueConstraint(fields=('source', 'moment'), name='batch_moment_once_in_source'),
                    models.UniqueConstraint(condition=models.Q(('state', 'importing')), fields=('source',), name='batch_one_at_a_time_of_source'),
                    models.UniqueConstraint(condition=models.Q(('family__in', ('WAREHOUSE', 'VIZ')), ('state', 'received')), fields=('source', 'family', 'stamp'), name='batch_open_once'),
                ],
                'indexes': [
                    models.Index(condition=models.Q(('state__in', ('received', 'waiting', 'importing'))), fields=['next_attempt_at'], name='batch_due'),
                    models.Index(fields=['account', '-received_at'], name='batch_of_account'),
                    models.Index(fields=['source', 'family', 'stamp'], name='batch_of_source'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Change',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=30)),
                ('row', models.UUIDField()),
                ('before', models.JSONField()),
                ('batch', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='ingestion.batch')),
            ],
            options={
                'ordering': ('batch', 'id'),
                'indexes': [
                    models.Index(fields=['batch', 'kind', 'row'], name='change_of_batch'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Upload',
            fields=[
                ('actor_name', models.CharField(max_length=254)),
                ('ip', models.GenericIPAddressField(null=True)),
                ('client', models.CharField(blank=True, max_length=80)),
                ('door', models.CharField(max_length=10)),
                ('id', models.UUIDField(default=catalog.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('path', models.CharField(max_length=700)),
                ('original_name', models.CharField(blank=True, max_length=255)),
                ('kind', models.CharField(blank=True, max_length=30)),
                ('key', models.CharField(max_length=120, unique=True)),
                ('size', models.PositiveBigIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('received_at', models.DateTimeField()),
                ('deleted_at', models.DateTimeField(null=True)),
                ('account', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.account')),
                ('actor', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='uploads', to='ingestion.batch')),
                ('source', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.source')),
                ('token', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tokens.apitoken')),
            ],
            options={
                'ordering': ('received_at', 'id'),
                'constraints': [
                    models.UniqueConstraint(condition=models.Q(('deleted_at', None)), fields=('source', 'path'), name='upload_once_at_its_path'),
                    models.CheckConstraint(condition=models.Q(('size__gt', 0)), name='upload_is_not_empty'),
                ],
                'indexes': [
                    models.Index(fields=['account', '-received_at'], name='upload_of_account'),
                    models.Index(condition=models.Q(('token__isnull', False)), fields=['token'], name='upload_by_token'),
                ],
            },
        ),
        migrations.CreateModel(
            name='ImportIssue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('row', models.PositiveBigIntegerField()),
                ('line', models.PositiveBigIntegerField()),
                ('column', models.CharField(blank=True, max_length=500)),
                ('word', models.CharField(choices=[('missing_value', 'Missing value'), ('unauthorized_value', 'Unauthorized value'), ('wrong_datatype', 'Wrong data type'), ('unknown_reference', 'Unknown reference'), ('duplicate_value', 'Duplicate value'), ('repeated_quotes', 'Repeated quotes')], max_length=18)),
                ('value', models.CharField(blank=True, max_length=200)),
                ('sentence', models.CharField(max_length=500)),
                ('batch', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='issues', to='ingestion.batch')),
                ('upload', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='issues', to='ingestion.upload')),
            ],
            options={
                'ordering': ('batch', 'upload', 'row', 'id'),
                'indexes': [
                    models.Index(fields=['batch', 'upload', 'word', 'row'], name='issue_of_batch'),
                ],
            },
        ),
        migrations.CreateModel(
            name='ImportEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('actor_name', models.CharField(max_length=254)),
                ('ip', models.GenericIPAddressField(null=True)),
                ('client', models.CharField(blank=True, max_length=80)),
                ('door', models.CharField(max_length=10)),
                ('kind', models.CharField(choices=[('received', 'Received'), ('imported', 'Imported'), ('held', 'Held'), ('refused', 'Refused'), ('failed', 'Failed'), ('confirmed', 'Confirmed'), ('cancelled', 'Cancelled'), ('undone', 'Undone'), ('carried over', 'Carried over')], max_length=12)),
                ('detail', models.CharField(blank=True, max_length=300)),
                ('at', models.DateTimeField()),
                ('account', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.account')),
                ('actor', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='ingestion.batch')),
                ('token', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tokens.apitoken')),
                ('upload', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='ingestion.upload')),
            ],
            options={
                'ordering': ('id',),
                'indexes': [
                    models.Index(fields=['account', 'at'], name='import_event_of_account'),
                ],
            },
        ),
        migrations.RunPython(on_postgresql(INSTALL), on_postgresql(REMOVE)),
    ]
