"""Who wrote the rows that say when they were changed: the pages of assets ask for it by account and instant."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0008_people_event'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='auditentry',
            index=models.Index(fields=['account', 'at'], name='audit_at'),
        ),
    ]
