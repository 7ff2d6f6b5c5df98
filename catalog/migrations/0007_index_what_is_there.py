"""Whoever has a catalog already finds it without anybody's doing: all of it is due, and the job works it off."""

from uuid import UUID

from django.db import migrations
from django.utils import timezone

EVERYTHING = UUID(int=0)


def note_what_is_there(apps, schema_editor):
    Source, Term, Due = (apps.get_model("catalog", name) for name in ("Source", "Term", "SearchDue"))
    accounts = {pk for model in (Source, Term) for pk in model.objects.order_by().values_list("account", flat=True).distinct()}
    now = timezone.now()
    due = [Due(account_id=pk, what="newer", kind="", asset=EVERYTHING, since=now) for pk in sorted(accounts)]
    Due.objects.bulk_create(due, batch_size=1_000)


class Migration(migrations.Migration):

    dependencies = [
        ("catalog", "0006_search_index"),
    ]

    operations = [
        migrations.RunPython(note_what_is_there, migrations.RunPython.noop),
    ]
