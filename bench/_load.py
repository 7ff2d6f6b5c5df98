"""A program that calls a server as fast as it answers, on connections that it keeps if the server does.

    python -m bench._load PORT PATH CONNECTIONS SECONDS [AUTHORIZATION]

It says `ready`, waits for a line, calls, and says how many calls were answered by 200, in how many seconds.
"""

import socket
import sys
import time


def main() -> None:
    port, path, connections, seconds = sys.argv[1:5]
    links = [connected(port) for _ in range(int(connections))]
    asked = question(path, sys.argv[5] if len(sys.argv) > 5 else "")
    call(links, port, asked)
    print("ready", flush=True)
    sys.stdin.readline()
    calls, begun = 0, time.perf_counter()
    while time.perf_counter() < begun + float(seconds):
        calls += call(links, port, asked)
    print(calls, time.perf_counter() - begun, flush=True)


def connected(port: str) -> socket.socket:
    link = socket.create_connection(("127.0.0.1", int(port)), timeout=30)
    link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return link


def question(path: str, authorization: str) -> bytes:
    lines = [f"GET /{path} HTTP/1.1", "Host: 127.0.0.1", "User-Agent: python-requests/2.32.5"]
    lines += ["Accept: */*", "Accept-Encoding: gzip, deflate"]
    lines += [f"Authorization: {authorization}"] if authorization else []
    return "\r\n".join([*lines, "", ""]).encode()


def call(links: list[socket.socket], port: str, asked: bytes) -> int:
    """One call on each connection, all at once; on a new one where the server has closed it after the last."""
    for place, link in enumerate(links):
        if link.fileno() < 0:
            links[place] = connected(port)
        links[place].sendall(asked)
    for link in links:
        answer = b""
        while not whole(answer):
            got = link.recv(65536)
            assert got, "the server closed the connection"
            answer += got
        assert answer.startswith(b"HTTP/1.1 200"), answer[:200]
        if closes(answer):
            link.close()
    return len(links)


def whole(answer: bytes) -> bool:
    """Whether this is all of it, by its Content-Length."""
    head, end, body = answer.partition(b"\r\n\r\n")
    if not end:
        return False
    _, _, rest = head.lower().partition(b"\r\ncontent-length:")
    return len(body) >= int(rest.partition(b"\r\n")[0])


def closes(answer: bytes) -> bool:
    """Whether the server keeps no connection."""
    head, _, _ = answer.partition(b"\r\n\r\n")
    return b"\r\nconnection: close" in head.lower()


if __name__ == "__main__":
    main()
