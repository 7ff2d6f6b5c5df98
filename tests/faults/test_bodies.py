"""The shipped server over raw sockets: bodies in chunks, and clients that read no answer before they have sent all."""

import http.client
import json
import socket

import pytest
from django.utils import timezone

from tests.api.mcp.conftest import switch
from tests.faults.programs import PROGRAMS
from tests.faults.test_worker import chunks
from tokens.scopes import Scope
from tokens.services import generate_token

pytestmark = pytest.mark.django_db(transaction=True)

IN_CHUNKS, JSON = "Transfer-Encoding: chunked", "Content-Type: application/json"
PING = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "ping"}).encode()
QUERY = json.dumps({"query": "{ getTables { totalCount } }"}).encode()


@pytest.fixture
def value(acme):
    return generate_token(acme, scope=Scope.READ_ONLY, by=None, now=timezone.now()).secret


def called(port: int, line: str, body: bytes, *fields: str) -> tuple[int, bytes]:
    """Status and answer, for a client which first sends everything, as Node's fetch does: it fails if it cannot.

    It reads as far as the answer says: the connection stays open, for the rest of what was refused.
    """
    head = "\r\n".join([f"{line} HTTP/1.1", "Host: 127.0.0.1", "Connection: close", *fields, "", ""])
    with socket.create_connection(("127.0.0.1", port), timeout=60) as link:
        link.sendall(head.encode())
        for at in range(0, len(body), 1_000_000):
            link.sendall(body[at : at + 1_000_000])
        answer = http.client.HTTPResponse(link)
        answer.begin()
        assert answer.chunked or answer.length is not None  # else it would end with the connection
        text = answer.read()
        assert IN_CHUNKS in fields or link.recv(1) == b""  # of a body whose length is known, the end is known, too
    return answer.status, text


@pytest.mark.parametrize("words", ["Bearer ", "Token castor::", ""])
@pytest.mark.parametrize("size", [1, 7, 100_000])
def test_a_call_in_chunks_is_answered(server, value, words, size):
    fields = (IN_CHUNKS, JSON, f"Authorization: {words}{value}")
    status, answer = called(server[0], "POST /public/graphql", chunks(QUERY, size), *fields)
    assert (status, json.loads(answer)) == (200, {"data": {"getTables": {"totalCount": 0}}})


def test_a_token_ends_itself_in_chunks(server, value):
    fields = (IN_CHUNKS, JSON, f"Authorization: {value}")
    assert called(server[0], "DELETE /api/v1/token", chunks(b"{}", 1), *fields)[0] == 204
    assert called(server[0], "POST /public/graphql", chunks(QUERY, 9), *fields)[0] == 401


def test_a_message_of_mcp_in_chunks_is_answered(server, acme, value):
    switch(acme)
    fields = (IN_CHUNKS, JSON, f"Authorization: Bearer {value}")
    status, answer = called(server[0], "POST /mcp/server", chunks(PING, 7), *fields)
    assert (status, json.loads(answer)) == (200, {"jsonrpc": "2.0", "id": 1, "result": {}})


LIMITS = {
    "/public/graphql": 4_000_000,
    "/mcp/server": 4_000_000,
    "/mail/postmark/": 4_000_000,
    "/accounts/login/": 64_000,
}


@pytest.mark.parametrize(("address", "limit"), LIMITS.items())
def test_chunks_have_the_limit_of_other_bodies(server, value, address, limit):
    for length, refused in ((limit, False), (limit + 1, True)):
        body = b" " * length
        for fields in ((IN_CHUNKS,), (f"Content-Length: {length}",)):
            sent = chunks(body, 50_000) if IN_CHUNKS in fields else body
            status, _ = called(server[0], f"POST {address}", sent, JSON, f"Authorization: {value}", *fields)
            assert (status == 413) is refused, (length, fields, status)


@pytest.mark.parametrize("length", [5_000_000, 40_000_000])
@pytest.mark.parametrize("size", [None, 16_384, 1_000_000])
@pytest.mark.parametrize("address", ["/public/graphql", "/api/v1/token", "/mcp/server"])
def test_whoever_is_still_sending_reads_why_it_was_refused(server, value, address, length, size):
    body = b" " * length
    framing = IN_CHUNKS if size else f"Content-Length: {length}"
    sent = chunks(body, size) if size else body
    status, answer = called(server[0], f"POST {address}", sent, JSON, framing, f"Authorization: Bearer {value}")
    assert status == 413
    assert b"body_too_large" in answer


@pytest.mark.parametrize("in_chunks", [False, True])
@pytest.mark.parametrize("program", PROGRAMS)
def test_programs_are_answered_and_read_why_they_are_refused(server, value, program, in_chunks):
    address, token = f"http://127.0.0.1:{server[0]}/public/graphql", f"Token castor::{value}"
    status, answer = program(address, QUERY, token, in_chunks=in_chunks)
    assert (status, json.loads(answer)) == (200, {"data": {"getTables": {"totalCount": 0}}})
    for length in (4_100_000, 40_000_000):
        status, answer = program(address, QUERY + b" " * length, token, in_chunks=in_chunks)
        assert (status, "body_too_large" in answer) == (413, True), length


BROKEN = {
    "no number": b"x\r\nabc\r\n0\r\n\r\n",
    "no end of a chunk": b"3\r\nabcd\r\n0\r\n\r\n",
    "a sign": b"+3\r\nabc\r\n",
}


@pytest.mark.parametrize("address", ["/public/graphql", "/mcp/server"])
@pytest.mark.parametrize("sent", BROKEN.values(), ids=BROKEN)
def test_chunks_that_are_none_are_refused_in_the_form_of_the_door(server, value, sent, address):
    fields = (IN_CHUNKS, JSON, f"Authorization: Bearer {value}")
    status, answer = called(server[0], f"POST {address}", sent, *fields)
    assert (status, b'"reason":"unreadable_body"' in answer) == (400, True)
