"""Heartbeats belong to all jobs. The table stays as it is, and where it is: nothing is done to the database."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("notifications", "0010_triggers_of_any_subject"),  # which made the table
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Heartbeat",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("part", models.CharField(choices=[("beat", "Beat"), ("worker", "Worker"), ("sweep", "Sweep")], max_length=6)),
                        ("name", models.CharField(blank=True, max_length=200)),
                        ("at", models.DateTimeField()),
                        ("busy_until", models.DateTimeField(null=True)),
                        ("everything_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "db_table": "notifications_heartbeat",
                        "ordering": ("part", "name"),
                        "constraints": [models.UniqueConstraint(fields=("part", "name"), name="heartbeat_once_per_part")],
                    },
                ),
            ],
        ),
    ]
