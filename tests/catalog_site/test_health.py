from unittest.mock import Mock

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from notifications import heartbeats


def test_a_living_process_says_so_without_asking_anybody(client, db, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/healthz").json() == {"status": "ok"}


def test_ready_means_that_everything_is_well(client, db):
    for part in heartbeats.Part:
        heartbeats.beat(part, now=timezone.now())
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert set(answer.json().values()) == {"ok"}


def test_what_is_not_well_is_named_without_details(client, db):
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["beat"], answer.json()["provider"]) == (503, "red", "ok")


def test_a_broker_that_is_away_is_named(client, db, settings, tmp_path):
    settings.REDIS_URL = f"unix://{tmp_path}/nobody.sock"
    response = client.get("/readyz")
    assert (response.status_code, response.json()["broker"]) == (503, "away")


def test_a_site_that_cron_serves_needs_no_broker(client, db, settings, tmp_path):
    settings.EMAIL_JOBS, settings.REDIS_URL = "cron", f"unix://{tmp_path}/nobody.sock"
    assert "broker" not in client.get("/readyz").json()


def test_a_database_that_is_away_is_named(client, db):
    def fail(execute, sql, params, many, context):
        raise OperationalError

    with connection.execute_wrapper(fail):
        response = client.get("/readyz")
    assert (response.status_code, response.json()["database"]) == (503, "away")


def test_a_database_that_goes_away_between_two_questions_is_named(client, db, monkeypatch):
    monkeypatch.setattr("catalog_site.health.health.checks", Mock(side_effect=OperationalError))
    assert client.get("/readyz").json()["database"] == "away"


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_probes_are_not_changed_by_writing(client, db, address):
    assert client.post(address).status_code == 405
