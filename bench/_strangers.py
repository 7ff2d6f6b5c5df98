"""The strangers of `bench attack`, in a process of their own: each posts, waits for the answer, and pauses."""

import socket
import sys
import time
from collections import Counter
from threading import Thread

from tests import hostile

PAUSE = 0.1  # seconds between an answer and the next request of the same client
KINDS = {  # address, type and body
    "attack": ("/accounts/login/", f"{hostile.MULTIPART}; charset=punycode", hostile.form(100_000)),
    "harmless": ("/public/graphql", hostile.JSON, b" " * 100_000),
}


def main() -> None:
    """Says how often they got each status (0: none), as words STATUS=COUNT."""
    port, kind, clients, seconds = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), float(sys.argv[4])
    until, statuses = time.monotonic() + seconds, Counter[int]()
    threads = [Thread(target=knock, args=(port, kind, until, statuses)) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(*(f"{status}={count}" for status, count in sorted(statuses.items())))


def knock(port: int, kind: str, until: float, statuses: Counter[int]) -> None:
    address, content_type, body = KINDS[kind]
    head = f"POST {address} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: catalog-csrf={'a' * 32}\r\n"
    head += f"Connection: close\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    while time.monotonic() < until:
        statuses[answered(port, head.encode() + body)] += 1
        time.sleep(PAUSE)


def answered(port: int, request: bytes) -> int:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
            connection.sendall(request)
            return int(connection.recv(200).split()[1])
    except (OSError, IndexError):
        return 0


if __name__ == "__main__":
    main()
