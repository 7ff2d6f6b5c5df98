"""Sessions of before decision 0029, which nobody reads or forgets any more: a transaction of their own.

There may be millions, and 0009 holds the table of people until its end.
"""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0009_sessions_and_dates'),
    ]

    operations = [
        migrations.RunSQL("DELETE FROM django_session", migrations.RunSQL.noop),
    ]
