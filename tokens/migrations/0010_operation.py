"""What was called is part of a row's key: the ledger counts the calls of each tool by itself.

The new index is built while the ledger's writers wait, which they can: they count in memory. Processes of the release
before this one cannot write to the new key; what they have counted since their last write they lose, unless they are
stopped before the migration.
"""

from django.db import migrations, models
from django.db.models import Count, Max, Min, Sum

KEY = ("token_id", "day", "door", "client", "reason")


def merge(apps, schema_editor):
    """Make one row of those that differ in their operation alone."""
    uses = apps.get_model("tokens", "TokenUse").objects.order_by()
    sums = {"rows": Count("pk"), "first": Min("pk"), "all": Sum("calls")}
    seen = {"since": Min("first_seen"), "until": Max("last_seen")}
    for group in uses.values(*KEY).annotate(**sums, **seen).filter(rows__gt=1).iterator():
        of_key = uses.filter(**{name: group[name] for name in KEY})
        address = of_key.order_by("-last_seen").values_list("last_address", flat=True)[0]
        of_key.exclude(pk=group["first"]).delete()
        of_key.update(
            calls=group["all"], first_seen=group["since"], last_seen=group["until"], last_address=address
        )


class Migration(migrations.Migration):

    dependencies = [
        ('tokens', '0009_calendar_feed'),
    ]

    operations = [
        migrations.AddField(
            model_name='tokenuse',
            name='operation',
            field=models.CharField(blank=True, db_default='', default='', max_length=40),
        ),
        migrations.RemoveConstraint(model_name='tokenuse', name='use_once_per_day'),
        migrations.RunPython(migrations.RunPython.noop, merge),
        migrations.AddConstraint(
            model_name='tokenuse',
            constraint=models.UniqueConstraint(fields=('token', 'day', 'door', 'client', 'operation', 'reason'), name='use_once_per_day'),
        ),
    ]
