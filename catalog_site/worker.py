"""gunicorn's worker with threads, which hands a thread only whole requests (decision 0014)."""

import errno
import socket
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from selectors import EVENT_READ
from typing import Any

from gunicorn import http
from gunicorn.workers.gthread import TConn, ThreadWorker

from catalog_site.arrivals import Arrival
from catalog_site.env import count

HEAD_TIMEOUT = 10.0  # seconds for a head, from its first byte or from the connection's beginning
BODY_TIMEOUT = float(count("BODY_TIMEOUT", 60, low=1, high=3600))  # seconds from the end of the head
LEAST_PACE = 1_000_000  # bytes a second of a long upload, over BODY_TIMEOUT: 1 GB has 18 minutes
SEND_TIMEOUT = 30.0  # seconds that a client may leave a piece of its answer unread
PROBE_TIMEOUT = 1.0  # the same for /healthz, whose one thread must be free for the next
DRAIN_TIMEOUT = 0.05  # seconds for what a view did not read; with a body that has come, no time at all
LINGER_TIMEOUT = 2.0  # seconds for a client to read its last answer; a reset would take it away (RFC 9112, 9.6)
STOP_TIMEOUT = 1.0  # seconds that a stopping worker gives to requests which are on their way; nobody has done any of it
UNREAD_TIMEOUT = 10.0  # seconds for a client to send the rest of a body that was refused: many read no answer before
MAX_BYTES_UNREAD = 64_000_000  # of such a rest; then the connection is closed all the same
LOOK_INTERVAL = 0.25  # seconds between two looks for what is overdue
MAX_BYTES_HELD = 64_000_000  # of all requests of this process that are on their way or with a thread

REFUSAL = "HTTP/1.1 {}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
TIMED_OUT, TOO_LONG = "408 Request Timeout", "431 Request Header Fields Too Large"
TOO_MANY_CHUNKS = "413 Content Too Large"
PIECE = 8_192  # bytes of a body in chunks that the parser gets at once: it copies them all for each chunk in them
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class Source:
    """The socket from which the parser reads the rest of a long body; TimeoutError when it is not there by `until`.

    `held` comes first: the body in chunks that has come already, from `place` on.
    """

    def __init__(self, sock: socket.socket) -> None:
        self.sock, self.until = sock, 0.0
        self.held, self.place = b"", 0

    def take_held(self, size: int | None = None) -> bytes:
        piece = self.held[self.place : size and self.place + size]
        self.place += len(piece)
        if self.place >= len(self.held):
            self.held, self.place = b"", 0
        return piece

    def recv(self, size: int) -> bytes:
        if self.held:
            return self.take_held(min(size, PIECE))
        left = self.until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        usual = self.sock.gettimeout()
        self.sock.settimeout(left)
        try:
            return self.sock.recv(size)
        finally:
            self.sock.settimeout(usual)


class Connection(TConn):  # type: ignore[misc]  # the package is not typed
    """A connection whose parser reads from a Source, in place of the one that gunicorn would make."""

    def __init__(self, cfg: Any, sock: socket.socket, client: Any, server: Any) -> None:
        super().__init__(cfg, sock, client, server)
        self.source = Source(sock)
        self.parser = http.get_parser(cfg, self.source, client)
        self.data_ready = True  # `handle` never waits for the first byte
        self.answer_timeout = SEND_TIMEOUT
        self.size = 0  # bytes of the request that a thread has
        self.seconds_for_body = 0.0  # that its rest may take from when a thread has it
        self.was_asked = False  # for its body, by a 100
        self.closing = False
        self.unread = 0  # bytes that the client has still to send of a body which was refused


def unread(conn: Connection) -> int:
    """How many bytes the client has still to send of the last request's body: at the most, of one in chunks."""
    reader = getattr(getattr(conn.parser.mesg, "body", None), "reader", None)
    if getattr(reader, "parser", None):
        return MAX_BYTES_UNREAD
    arrived = len(conn.parser.unreader.buf.getvalue())
    return min(MAX_BYTES_UNREAD, max(0, getattr(reader, "length", 0) - arrived))


class BufferingWorker(ThreadWorker):  # type: ignore[misc]
    """The main thread collects requests, without waiting for any; a thread gets one that is whole.

    Of ThreadWorker, which is not made for it, it replaces what the main thread does with a connection (`accept`,
    `enqueue_req`, `finish_request`, and `murder_pending`, which `run` calls after each round of events), and keeps
    `run`, `handle` and all signals.
    """

    def init_process(self) -> None:
        self.waiting: dict[Connection, Arrival] = {}  # whoever waits longest comes first
        self.bytes_held = 0
        self.next_look = 0.0
        self.probes = ThreadPoolExecutor(max_workers=1)
        # A long upload holds its thread for minutes: none of those that answer everybody else.
        self.uploads = ThreadPoolExecutor(max_workers=max(1, self.cfg.threads // 2))
        super().init_process()

    @classmethod
    def check_config(cls, cfg: Any, log: Any) -> None:  # the signature is gunicorn's
        if cfg.is_ssl:
            raise RuntimeError("gunicorn does not end TLS here: a proxy in front does; see docs/deploy.md")

    # --- A request arrives -------------------------------------------------------------------

    def accept(self, listener: socket.socket) -> None:
        try:
            sock, client = listener.accept()
        except OSError as error:
            if error.errno in {errno.EMFILE, errno.ENFILE}:
                self.drop_oldest()
            elif error.errno not in {errno.EAGAIN, errno.ECONNABORTED}:
                raise
            return
        self.nr_conns += 1
        if self.nr_conns >= self.worker_connections:
            self.drop_oldest()
        connection = Connection(self.cfg, sock, client, listener.getsockname())
        self.collect(connection, Arrival(until=time.monotonic() + HEAD_TIMEOUT))

    def collect(self, connection: Connection, arrival: Arrival, already: bytes = b"") -> None:
        """Give the connection to a thread as soon as a whole request has come."""
        connection.sock.setblocking(False)
        self.waiting[connection] = arrival
        self.poller.register(connection.sock, EVENT_READ, partial(self.receive, connection))
        if already:
            self.take(connection, already)

    def receive(self, connection: Connection, sock: socket.socket) -> None:
        if connection not in self.waiting:  # dropped by an event of the same round
            return
        try:
            data = sock.recv(65_536)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.drop(connection)
        elif connection.closing:
            self.discard(connection, len(data))
        else:
            self.take(connection, data)

    def take(self, connection: Connection, data: bytes) -> None:
        arrival = self.waiting[connection]
        now, had_head = time.monotonic(), arrival.head
        if not arrival.data:
            arrival.until = now + HEAD_TIMEOUT
        arrival.take(data)
        self.bytes_held += len(data)
        if arrival.chunks and arrival.chunks.has_too_many:
            connection.unread = MAX_BYTES_UNREAD
            self.refuse(connection, TOO_MANY_CHUNKS)
        elif arrival.is_whole:
            self.enqueue_req(connection)
        elif arrival.is_too_long:
            self.refuse(connection, TOO_LONG)
        elif arrival.head and not had_head:
            arrival.until = now + BODY_TIMEOUT
            if arrival.waits_to_be_asked:
                self.say(connection, CONTINUE)
                connection.was_asked = True
        self.make_room()

    # --- A thread has it, and has done with it -----------------------------------------------

    def enqueue_req(self, connection: Connection) -> None:
        arrival = self.waiting[connection]
        self.forget(connection)
        connection.size = len(arrival.data)
        self.bytes_held += connection.size
        in_pieces = arrival.head if arrival.chunks else len(arrival.data)
        connection.parser.unreader.unread(bytes(arrival.data[:in_pieces]))
        connection.source.held = bytes(arrival.data[in_pieces:])
        # Only a body that is longer than what is collected has to be waited for.
        more = arrival.declared / LEAST_PACE if arrival.is_upload else 0.0
        connection.seconds_for_body = BODY_TIMEOUT + more if arrival.declared else 0.0
        connection.answer_timeout = PROBE_TIMEOUT if arrival.is_probe else SEND_TIMEOUT
        pool = self.probes if arrival.is_probe else self.uploads if arrival.is_upload else self.tpool
        done = pool.submit(self.handle, connection)
        done.add_done_callback(partial(self.method_queue.defer, self.finish_request, connection))

    def handle(self, conn: Connection) -> bool:
        """In a thread, which may have kept the connection waiting: the time for its body begins here."""
        conn.source.until = time.monotonic() + conn.seconds_for_body
        return bool(super().handle(conn))

    def handle_request(self, req: Any, conn: Connection) -> bool:
        """In a thread: whether the connection may be kept."""
        conn.sock.settimeout(conn.answer_timeout)
        if conn.was_asked:
            req._expected_100_continue = conn.was_asked = False  # noqa: SLF001  # or it would be asked twice
        try:
            return bool(super().handle_request(req, conn))
        except TimeoutError:
            self.log.debug("A client did not read its answer.")
            return False

    def _keepalive_after(self, conn: Connection, keepalive: bool) -> bool:
        """In a thread: wait DRAIN_TIMEOUT at most for a body that no view has read."""
        conn.source.until = time.monotonic() + DRAIN_TIMEOUT
        kept = bool(super()._keepalive_after(conn, keepalive))
        conn.unread = 0 if kept else unread(conn)
        return kept

    def finish_request(self, connection: Connection, done: Future[bool]) -> None:
        self.bytes_held -= connection.size
        if done.cancelled() or done.exception() or not done.result():
            self.close_gently(connection)
            return
        now = time.monotonic()
        already = connection.parser.unreader.take_buffered() + connection.source.take_held()  # of the next request
        self.collect(connection, Arrival(until=now + float(self.cfg.keepalive)), already)

    # --- A connection ends -------------------------------------------------------------------

    def refuse(self, connection: Connection, status: str) -> None:
        self.say(connection, REFUSAL.format(status).encode())
        self.forget(connection)
        self.close_gently(connection)

    def say(self, connection: Connection, data: bytes) -> None:
        """Sends these few bytes without waiting; a client whose buffer is full would not read them anyway."""
        with suppress(OSError):
            connection.sock.send(data)

    def close_gently(self, connection: Connection) -> None:
        """Close it when the client does, or after LINGER_TIMEOUT. gunicorn's own way would stop the main thread."""
        connection.closing = True
        try:
            if not connection.unread:
                connection.sock.shutdown(socket.SHUT_WR)
            seconds = UNREAD_TIMEOUT if connection.unread else LINGER_TIMEOUT
            self.collect(connection, Arrival(until=time.monotonic() + seconds))
        except OSError:
            self.close(connection)

    def discard(self, connection: Connection, size: int) -> None:
        """What comes of a body after its refusal: with its end, the connection ends too."""
        if not connection.unread:
            return
        connection.unread = max(0, connection.unread - size)
        if not connection.unread:
            self.forget(connection)
            self.close_gently(connection)

    def murder_pending(self) -> None:
        """Close what is overdue."""
        now = time.monotonic()
        if now < self.next_look:
            return
        self.next_look = now + LOOK_INTERVAL
        for arrival in self.waiting.values() if not self.alive else ():
            arrival.until = min(arrival.until, now + STOP_TIMEOUT)
        for connection in list(self.overdue(now)):
            if self.waiting[connection].data:
                self.refuse(connection, TIMED_OUT)
            else:
                self.drop(connection)

    def overdue(self, now: float) -> Iterator[Connection]:
        return (connection for connection, arrival in self.waiting.items() if now >= arrival.until)

    def make_room(self) -> None:
        """Drop whoever has been sending longest, while too much is in memory."""
        while self.bytes_held > MAX_BYTES_HELD:
            sending = next((connection for connection, arrival in self.waiting.items() if arrival.data), None)
            if sending is None:
                return
            self.drop(sending)

    def drop_oldest(self) -> None:
        if self.waiting:
            self.drop(next(iter(self.waiting)))

    def drop(self, connection: Connection) -> None:
        self.forget(connection)
        self.close(connection)

    def forget(self, connection: Connection) -> None:
        """Take the connection out of those that wait."""
        self.bytes_held -= len(self.waiting.pop(connection).data)
        self.poller.unregister(connection.sock)

    def close(self, connection: Connection) -> None:
        self.nr_conns -= 1
        connection.close()
