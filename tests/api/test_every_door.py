"""What programs of others do to a token and to a body is understood at every door of `api/paths.py`."""

import json
from urllib.parse import quote

import pytest

from api.paths import PREFIXES, UPLOADS
from tests.api.mcp.conftest import switch
from tests.api.test_doors import OTHER_PREFIXES, PREFIXED
from tests.shipped import answered, environment, in_chunks, shipped

TABLES = "{ getTables { totalCount } }"
QUERY = json.dumps({"query": TABLES}).encode()
PING = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "ping"}).encode()
# What a Read only token may call below each prefix, with a body where one is read.
CALLS = {
    "/api/": [("GET", "/api/v1/token", b""), ("DELETE", "/api/v1/token", b"")],
    "/mcp/": [("POST", "/mcp/server", PING)],
    "/public/": [("GET", f"/public/graphql?query={quote(TABLES)}", b""), ("POST", "/public/graphql", QUERY)],
}
EVERY = [call for calls in CALLS.values() for call in calls]
every_call = pytest.mark.parametrize(("method", "address", "body"), EVERY)


@pytest.fixture(autouse=True)
def ai_clients_may_come_in(acme):
    switch(acme)


def test_every_door_is_called():
    """But those of uploads, which take files alone: tests/api/ingest/ is about them."""
    assert CALLS.keys() == set(PREFIXES) - set(UPLOADS), "Say in CALLS what a program may call there."


def chunked(method, address, body, authorization):
    environ = environment(method, address, body, "application/json", authorization=authorization)
    return answered(in_chunks(environ))


@every_call
@pytest.mark.parametrize("form", PREFIXED)
def test_the_prefix_of_the_vendor_s_programs_is_dropped(live, method, address, body, form):
    response = shipped(method, address, body, "application/json", authorization=form.format(live.secret))
    assert response.status_code in {200, 204}
    assert b"errors" not in response.content


@every_call
@pytest.mark.parametrize("form", OTHER_PREFIXES)
def test_nothing_else_is_forgiven(live, method, address, body, form):
    response = shipped(method, address, body, "application/json", authorization=form.format(live.secret))
    assert response.status_code == 401
    assert b'"malformed"' in response.content


@every_call
def test_a_body_may_come_in_chunks(live, method, address, body):
    response = chunked(method, address, body, f"Token castor::{live.secret}")
    assert (response.status_code in {200, 204}, b"errors" in response.content) == (True, False)


@every_call
def test_chunks_have_the_limit_of_other_bodies(live, method, address, body):
    """Of a GET and a DELETE, too, whose body nobody reads."""
    response = chunked(method, address, body + b" " * 4_000_000 + b"x", live.secret)
    assert (response.status_code, b"body_too_large" in response.content) == (413, True)
