"""The shipped web server, spoken to over raw sockets, and the worker that sends the mail."""

import contextlib
import os
import socket

import pytest
from django.utils import timezone

from notifications.models import Email, InboxMessage
from tests.faults.test_delivery import wait_for
from tests.processes import celery, gunicorn
from tokens import keys
from tokens.models import TokenUse
from tokens.scopes import Scope
from tokens.services import generate_token, revoke_token

pytestmark = pytest.mark.django_db(transaction=True)


def status_of(port: int, headers: bytes) -> int:
    """The status that a raw request gets; 0 when the server hangs up without one."""
    with socket.create_connection(("127.0.0.1", port), timeout=120) as connection:
        connection.sendall(
            b"GET /api/v1/token HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n" + headers + b"\r\n\r\n"
        )
        try:
            answer = connection.recv(200)
        except ConnectionResetError:
            return 0
    return int(answer.split()[1]) if answer else 0


def hostile(value: bytes) -> list[bytes]:
    field = b"Authorization: Bearer " + value
    return [
        field + b"\x00",
        field + b"\xe9\xff",
        b"Authorization: " + b"A" * 1_000_000,
        field + b"\r\n" + field,
        field + b"\r\n folded",
        b"Authorization:\x0b" + value,
        b"Authorization : " + value,
        b"Authorization",
        b"authorization: bearer" + value,
        b"Authorization: Bearer " + os.urandom(60).replace(b"\n", b"").replace(b"\r", b""),
    ]


def test_hostile_headers_never_break_the_server_and_never_open(acme, server):
    port, log = server
    value = generate_token(acme, scope=Scope.READ_ONLY, by=None, now=timezone.now()).secret.encode()
    assert status_of(port, b"Authorization: Bearer " + value) == 200
    for headers in hostile(value):
        assert status_of(port, headers) in {0, 400, 401, 431}, headers[:60]
    assert status_of(port, b"Authorization: Bearer " + value) == 200
    assert value[22:] not in log.read_bytes()


HIDDEN = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
FRAMES = (
    b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    b"Transfer-Encoding: xchunked\r\nContent-Length: 3\r\n\r\nabc",
    b"Transfer-Encoding : chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
    b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
    b"Content-Length: 3\r\nContent-Length: 5\r\n\r\nabcde",
    b"Content-Length: +3\r\n\r\nabc",
    b"X-Bare: line feed\n\n",
)


def statuses_of(port: int, request: bytes) -> list[int]:
    """All that come on one connection until the server closes it."""
    answer = b""
    with socket.create_connection(("127.0.0.1", port), timeout=120) as connection:
        connection.sendall(request)
        with contextlib.suppress(ConnectionResetError):
            while got := connection.recv(65536):
                answer += got
    return [int(part[:3]) for part in answer.split(b"HTTP/1.1 ")[1:]]


def test_a_request_of_doubtful_length_is_refused_with_what_hides_behind_it(db, server):
    """A proxy may see one request where the server sees two: the second would get by the proxy's rules."""
    for frame in FRAMES:
        request = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n" + frame + HIDDEN
        assert statuses_of(server[0], request) in ([400], [501]), frame


def test_a_header_with_an_underscore_does_not_pass_for_the_proxys(acme, tmp_path):
    value = generate_token(acme, scope=Scope.READ_ONLY, by=None, now=timezone.now()).secret
    fields = "X-Forwarded-For: 203.0.113.7\r\nX_Forwarded_For: 198.51.100.9"
    with gunicorn(tmp_path, TRUSTED_PROXY_COUNT="1") as (port, _):
        assert status_of(port, f"Authorization: Bearer {value}\r\n{fields}".encode()) == 200
    assert TokenUse.objects.get().last_address == "203.0.113.7"


def test_a_revoked_token_is_dead_on_the_next_request_in_every_process(acme, server):
    now = timezone.now()
    for one in [generate_token(acme, scope=scope, by=None, now=now) for scope in Scope]:
        field = f"Authorization: Bearer {one.secret}".encode()
        assert {status_of(server[0], field) for _ in range(10)} == {200}
        revoke_token(one.token, by=None, now=timezone.now())
        assert {status_of(server[0], field) for _ in range(10)} == {401}


def test_a_token_in_a_url_reaches_no_log(db, server):
    (port, log), value = server, keys.mint("READ_ONLY", "eu").text
    before = len(log.read_text())
    fields = f"User-Agent: {value}\r\nX-Request-ID: {value}"
    with socket.create_connection(("127.0.0.1", port), timeout=120) as connection:
        request = (
            f"GET /api/v1/token?token={value} HTTP/1.1\r\nHost: 127.0.0.1\r\n{fields}\r\nConnection: close\r\n\r\n"
        )
        connection.sendall(request.encode())
        assert b" 401 " in connection.recv(200)
    assert wait_for(lambda: "request_finished" in log.read_text()[before:])  # the line comes after the answer
    assert value[22:34] not in log.read_text()


def test_beat_and_a_worker_deliver_what_is_owed(issued, tmp_path, settings):
    with celery("worker", tmp_path, "--concurrency=1"), celery("beat", tmp_path):
        assert wait_for(InboxMessage.objects.exists)
    assert Email.objects.get().state == Email.State.SENT
    assert InboxMessage.objects.get().message_id == Email.objects.get().message_id
