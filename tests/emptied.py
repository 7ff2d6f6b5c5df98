"""What tests that commit leave behind is deleted (PostgreSQL alone); Django would truncate, which makes new files.

That takes most of a second for all our tables and their indexes; deleting takes twenty milliseconds.
"""

from django.db import connection, transaction

from accounts.apps import begin_counting

KEPT = {"django_content_type", "auth_permission"}  # Django would write the same again, a query for each


def empty() -> None:
    """Delete all rows but those that follow from the models; whoever still writes is waited for."""
    found = connection.introspection.django_table_names(only_existing=True, include_views=False)
    tables = [connection.ops.quote_name(name) for name in found if name not in KEPT]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {', '.join(tables)} IN ACCESS EXCLUSIVE MODE")
        cursor.execute("SET LOCAL session_replication_role = replica")  # in any order, and without triggers
        cursor.execute("; ".join(f"DELETE FROM {table}" for table in tables))  # noqa: S608  # our own names
    begin_counting(using=connection.alias)
