"""What a site has in its tables that knew heartbeats of emails alone."""

import pytest
from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from jobs import heartbeats
from jobs.models import Heartbeat
from tests.factories import NOW

pytestmark = pytest.mark.django_db(transaction=True)


def migrate(*targets):
    MigrationExecutor(connection).migrate(list(targets))


@pytest.fixture
def before(db):
    """Back to where heartbeats were of the app notifications, with a beat and a right that somebody has."""
    last = MigrationExecutor(connection).loader.graph.leaf_nodes()  # of what stands on it, too
    heartbeats.beat(Heartbeat.Part.BEAT, now=NOW)
    create_permissions(apps.get_app_config("jobs"), verbosity=0)
    group = Group.objects.create(name="operators")
    group.permissions.set(Permission.objects.filter(content_type__app_label="jobs", codename="view_heartbeat"))
    migrate(("jobs", None), ("notifications", "0010_triggers_of_any_subject"))
    yield
    migrate(*last)
    ContentType.objects.clear_cache()


def test_heartbeats_and_what_was_granted_stay_as_they_were(before):
    assert ContentType.objects.filter(app_label="notifications", model="heartbeat").count() == 1
    migrate(("notifications", "0011_heartbeats_to_jobs"))
    assert Heartbeat.objects.get().at == NOW
    heartbeats.beat(Heartbeat.Part.WORKER, now=NOW)  # the next number of the same sequence
    assert Heartbeat.objects.count() == 2
    [right] = Group.objects.get().permissions.all()
    assert right.content_type.app_label == "jobs"
    assert not ContentType.objects.filter(app_label="notifications", model="heartbeat").exists()
