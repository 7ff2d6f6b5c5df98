"""What a site that is older than the outbox for any subject has in its tables."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from notifications import events
from notifications.models import Email
from tests.factories import NOW

pytestmark = pytest.mark.django_db(transaction=True)


def migrate(name):
    executor = MigrationExecutor(connection)
    executor.migrate([("notifications", name)])
    return executor.loader.project_state([("notifications", name)]).apps


def test_emails_about_tokens_get_the_account_of_their_token(acme, ada, eve, issued):
    events.plan_token_events(NOW)
    last = MigrationExecutor(connection).loader.graph.leaf_nodes("notifications")[0][1]
    try:
        assert migrate("0007_triggers_again").get_model("notifications", "Email").objects.count() == 1
    finally:
        migrate(last)
    assert Email.objects.get().account == acme
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM notifications_nextnotice")
        cursor.execute("UPDATE notifications_email SET state = 'cancelled'")
        cursor.execute("SELECT count(*) FROM notifications_nextnotice")
        assert cursor.fetchone() == (1,)  # the triggers are there again


def test_an_email_that_was_planned_while_they_ran_stands_in_no_way(acme, ada, issued):
    events.plan_token_events(NOW)
    last = MigrationExecutor(connection).loader.graph.leaf_nodes("notifications")[0][1]
    try:
        migrate("0008_any_subject").get_model("notifications", "Email").objects.update(account=None)
    finally:
        migrate(last)
    assert Email.objects.get().account == acme
