"""Slow clients: they open connections, say next to nothing on them, and come back when they are thrown out."""

import contextlib
import socket
import ssl
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

PACE = 0.5  # seconds between two bytes
IDLE = b""
SLOW_HEAD = b"GET /api/v1/token HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Long: "
SLOW_BODY = (
    b"POST /public/graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer %b\r\n"
    b"Content-Type: application/json\r\nContent-Length: 100000\r\n\r\n"
)
DEAF = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"  # does not close when it was answered

Connect = Callable[[], socket.socket]


class Attacker:
    """One of them; `opening` is what it says at once, and it goes on byte by byte if that was not all."""

    def __init__(self, connect: Connect, opening: bytes) -> None:
        self.connect, self.opening = connect, opening
        self.links: deque[socket.socket] = deque(maxlen=6)  # what is pushed out is closed
        self.times = 0  # that it had to connect

    def go_on(self) -> None:
        with contextlib.suppress(OSError):
            if not self.links or self.opening == DEAF or thrown_out(self.links[-1]):
                self.links.append(self.connect())
                self.times += 1
                self.links[-1].sendall(self.opening)
            elif self.opening != IDLE:
                self.links[-1].sendall(b"a")


def thrown_out(link: socket.socket) -> bool:
    """Whether the server has said something, which is never good, or has closed."""
    link.setblocking(False)
    try:
        link.recv(4096)
    except (BlockingIOError, ssl.SSLWantReadError):
        return False
    except OSError:
        return True
    finally:
        link.settimeout(30)
    return True


@contextmanager
def attackers(connect: Connect, openings: list[bytes]) -> Iterator[list[Attacker]]:
    """So many of them, once all have been there."""
    group, done = [Attacker(connect, opening) for opening in openings], threading.Event()

    def attack() -> None:
        while not done.wait(PACE):
            for one in group:
                one.go_on()

    thread = threading.Thread(target=attack)
    for one in group:
        one.go_on()
    thread.start()
    try:
        yield group
    finally:
        done.set()
        thread.join()
        for one in group:
            for link in one.links:
                link.close()


def plainly(port: int) -> Connect:
    return lambda: socket.create_connection(("127.0.0.1", port), timeout=30)
