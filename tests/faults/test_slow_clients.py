"""Slow clients against the shipped server with nothing in front of it: everybody else is answered while they go on."""

import http.client
import json
import time

import pytest
from django.utils import timezone

from tests.faults.attackers import DEAF, IDLE, PADDED_BODY, SLOW_BODY, SLOW_HEAD, attackers, plainly
from tests.processes import gunicorn
from tokens.scopes import Scope
from tokens.services import generate_token

pytestmark = pytest.mark.django_db(transaction=True)

ATTACKS = {
    "150 idle, 100 slow heads, 48 trickling bodies, 60 that never close": [
        *([IDLE] * 150 + [SLOW_HEAD] * 100 + [SLOW_BODY] * 48 + [DEAF] * 60),
    ],
    "24 trickling bodies whose length begins with zeros": [PADDED_BODY] * 24,
    "more than are let in": [IDLE] * 1100,
}


@pytest.fixture
def value(acme):
    return generate_token(acme, scope=Scope.READ_ONLY, by=None, now=timezone.now()).secret


@pytest.fixture(scope="module")
def port(tmp_path_factory, django_db_setup):
    with gunicorn(tmp_path_factory.mktemp("site"), WEB_CONCURRENCY="2") as (port, log):
        yield port
        assert "Traceback" not in log.read_text()


def answered(port: int, value: str) -> set[int]:
    """The statuses of a probe, of a call and of a query, each on a connection of its own."""
    headers = {"Authorization": f"Bearer {value}", "Content-Type": "application/json"}
    query = json.dumps({"query": "{ getTables { totalCount } }"})
    found = set()
    for asked in (
        ("GET", "/healthz"),
        ("GET", "/api/v1/token", None, headers),
        ("POST", "/public/graphql", query, headers),
    ):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        connection.request(*asked)
        found.add(connection.getresponse().status)
        connection.close()
    return found


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_everybody_else_is_answered_while_they_go_on(attack, value, port):
    openings = [opening.replace(b"%b", value.encode()) for opening in attack]
    with attackers(plainly(port), openings) as group:
        time.sleep(1)  # they have been taken up
        for _ in range(5):
            assert answered(port, value) == {200}
        assert all(one.links for one in group)
