"""What the shipped worker does with a connection, over raw sockets and before an application that only echoes."""

import contextlib
import hashlib
import inspect
import signal
import socket
import time

import psutil
import pytest
from gunicorn import http
from gunicorn.workers.gthread import PollableMethodQueue, TConn, ThreadWorker

from devtools.processes import stop
from tests.faults.attackers import SLOW_HEAD, attackers, plainly
from tests.processes import gunicorn, start_gunicorn

ECHO = {"APPLICATION": "tests.faults.echoing:application", "BODY_TIMEOUT": "1", "WEB_CONCURRENCY": "2"}
THREADS = 8  # of both processes
GET = b"GET /%b HTTP/1.1\r\nHost: a\r\n\r\n"
LAST_GET = GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
POST = b"POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: %d\r\n%b\r\n"

READ = (TConn, PollableMethodQueue, ThreadWorker, http.parser.Parser, http.unreader.Unreader, http.body.LengthReader)
READ_AS = "59a0ad4b15136175"


def test_gunicorn_is_the_one_that_the_worker_was_written_for():
    """If this fails: read these classes again, beside catalog_site/worker.py, then write down what they are now."""
    text = "".join(map(inspect.getsource, READ))
    assert hashlib.sha256(text.encode()).hexdigest()[:16] == READ_AS


@pytest.fixture(scope="module")
def port(tmp_path_factory, django_db_setup):
    with gunicorn(tmp_path_factory.mktemp("echo"), **ECHO) as (port, log):
        yield port
        assert "Traceback" not in log.read_text()


def connected(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=120)


def rest(link: socket.socket) -> bytes:
    """All that comes until the server closes."""
    answer = b""
    with contextlib.suppress(ConnectionResetError):
        while got := link.recv(65536):
            answer += got
    return answer


def test_a_request_may_come_in_pieces(port):
    with connected(port) as link:
        for byte in POST % (3, b""):
            link.sendall(bytes([byte]))
        link.sendall(b"ab")
        link.sendall(b"c")
        assert rest(link).endswith(b"\r\n\r\n3")


def test_a_client_that_wants_to_be_asked_for_its_body_is_asked(port):
    with connected(port) as link:
        link.sendall(POST % (3, b"Expect: 100-continue\r\n"))
        assert link.recv(100).startswith(b"HTTP/1.1 100 Continue\r\n")
        link.sendall(b"abc")
        answer = rest(link)
        assert answer.startswith(b"HTTP/1.1 200 ")  # and not a second 100
        assert answer.endswith(b"\r\n\r\n3")


def test_requests_behind_each_other_are_answered_in_their_order(port):
    with connected(port) as link:
        link.sendall(GET % b"" * 3 + (POST % (3, b"")) + b"ab")
        time.sleep(0.2)
        link.sendall(b"c")
        assert [part[-1:] for part in rest(link).split(b"HTTP/1.1 ")[1:]] == [b"0", b"0", b"0", b"3"]


def test_a_body_that_does_not_come_in_time_is_refused(port):
    with connected(port) as link:
        link.sendall(POST % (3, b"") + b"ab")
        assert rest(link).startswith(b"HTTP/1.1 408 ")


def test_a_long_body_that_does_not_come_in_time_ends_at_the_thread_that_reads_it(port):
    with connected(port) as link:
        link.sendall(POST % (5_000_000, b"") + b"ab")
        assert rest(link).startswith(b"HTTP/1.1 408 ")


CHUNKED = b"POST /%b HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"


def chunks(body: bytes, size: int) -> bytes:
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


@pytest.mark.parametrize(("length", "size"), [(0, 1), (3, 1), (19_990, 1), (4_000_000, 1_000), (4_000_000, 4_000_000)])
def test_a_body_in_chunks_is_collected_and_read(port, length, size):
    with connected(port) as link:
        link.sendall(CHUNKED % b"" + chunks(b"a" * length, size) + LAST_GET % b"next")
        assert [part.rpartition(b"\r\n\r\n")[2] for part in rest(link).split(b"HTTP/1.1 ")[1:]] == [
            b"%d" % length,
            b"0",
        ]


def test_chunks_may_come_in_pieces(port):
    with connected(port) as link:
        for byte in CHUNKED % b"" + chunks(b"abc", 2):
            link.sendall(bytes([byte]))
        link.shutdown(socket.SHUT_WR)
        assert rest(link).endswith(b"\r\n\r\n3")


def test_slow_chunks_wait_for_no_thread(port_with_gate):
    """Nor does what only pretends to be chunks."""
    port, gate = port_with_gate
    gate.touch()
    with contextlib.ExitStack() as stack:
        for head in (CHUNKED % b"", (CHUNKED % b"").replace(b"chunked", b"gzip, chunked")):
            for link in [stack.enter_context(connected(port)) for _ in range(THREADS * 2)]:
                link.sendall(head + b"5\r\nab")
        with connected(port) as link:
            link.sendall(GET % b"wait")
            assert link.recv(100).startswith(b"HTTP/1.1 200 ")


def test_too_many_chunks_are_refused(port):
    with connected(port) as link:
        link.sendall(CHUNKED % b"" + chunks(b"a" * 30_000, 1))
        assert link.recv(100).startswith(b"HTTP/1.1 413 ")


def test_a_head_without_end_is_refused(port):
    with connected(port) as link:
        link.sendall(b"GET / HTTP/1.1\r\nA: " + b"a" * 70_000)
        assert rest(link).startswith(b"HTTP/1.1 431 ")


def test_a_body_that_nobody_wanted_ends_the_connection_and_holds_nobody_up(port):
    with connected(port) as link:
        link.sendall(b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab")
        assert link.recv(4096)


def test_a_probe_is_answered_although_all_threads_wait(port_with_gate):
    port, gate = port_with_gate
    links = [connected(port) for _ in range(THREADS * 3)]
    for link in links:
        link.sendall(GET % b"wait")
    for method in (b"GET", b"HEAD"):
        with connected(port) as link:
            link.sendall(method + b" /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            assert rest(link).startswith(b"HTTP/1.1 200 ")
    gate.touch()
    assert all(link.recv(100).startswith(b"HTTP/1.1 200 ") for link in links)


@pytest.fixture
def port_with_gate(tmp_path, django_db_setup):
    gate = tmp_path / "gate"
    with gunicorn(tmp_path, **ECHO, GATE=str(gate)) as (port, _):
        yield port, gate


def test_a_server_that_is_stopped_answers_what_has_come_and_waits_for_nobody(tmp_path, django_db_setup):
    gate = tmp_path / "gate"
    process, port, log = start_gunicorn(tmp_path, **ECHO, GATE=str(gate))
    try:
        called, idle, slow = connected(port), connected(port), connected(port)
        called.sendall(GET % b"wait")
        slow.sendall(SLOW_HEAD)
        time.sleep(0.5)
        process.send_signal(signal.SIGTERM)
        assert idle.recv(100) == b""
        gate.touch()
        assert called.recv(100).startswith(b"HTTP/1.1 200 ")
        assert process.wait(120) == 0
    finally:
        stop(process)
    assert "Traceback" not in log.read_text()


def test_five_hundred_slow_clients_cost_next_to_no_cpu(tmp_path, django_db_setup):
    process, port, _ = start_gunicorn(tmp_path, **ECHO)
    try:
        with attackers(plainly(port), [SLOW_HEAD] * 500):
            before = cpu(process.pid)
            time.sleep(4)  # 4,000 bytes, one by one
            assert cpu(process.pid) - before < 0.5
    finally:
        stop(process)


def cpu(pid: int) -> float:
    """Seconds of CPU that the processes which it started have used."""
    return sum(sum(one.cpu_times()[:2]) for one in psutil.Process(pid).children())


def test_when_too_much_is_in_memory_whoever_has_been_sending_longest_makes_room(tmp_path, django_db_setup):
    known = ECHO | {"WEB_CONCURRENCY": "1", "BODY_TIMEOUT": "60"}
    with gunicorn(tmp_path, **known) as (port, _), contextlib.ExitStack() as stack:
        links = [stack.enter_context(connected(port)) for _ in range(20)]
        for link in links:
            link.sendall(POST % (4_000_000, b"") + b"a" * 3_900_000)
        assert rest(links[0]) == b""
        links[-1].sendall(b"a" * 100_000)
        assert rest(links[-1]).endswith(b"4000000")
