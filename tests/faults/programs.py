"""Programs as people have them, which send a body in their own way: Node's fetch, Python's http.client, curl."""

import http.client
import json
import ssl
import subprocess
from collections.abc import Callable, Iterator
from typing import NamedTuple
from urllib.parse import urlsplit

from playwright._impl._driver import compute_driver_executable

NODE = compute_driver_executable()[0]  # playwright brings one
PIECE = 100_000  # bytes of a body that are sent at once


class Sent(NamedTuple):
    """What a program said of the answer."""

    status: int
    body: str


def pieces(body: bytes) -> Iterator[bytes]:
    return (body[at : at + PIECE] for at in range(0, len(body), PIECE))


FETCH = """
const [address, token, piece, inChunks] = JSON.parse(process.argv[1]);
const parts = [];
for await (const part of process.stdin) parts.push(part);
const body = Buffer.concat(parts);
const stream = () => new ReadableStream({
  start() { this.at = 0; },
  pull(to) {
    if (this.at >= body.length) return to.close();
    to.enqueue(body.subarray(this.at, this.at += piece));
  },
});
const answer = await fetch(address, {
  method: "POST",
  headers: {"Content-Type": "application/json", "Authorization": token},
  ...(inChunks ? {body: stream(), duplex: "half"} : {body}),
});
process.stdout.write(JSON.stringify([answer.status, await answer.text()]));
"""


def fetch(address: str, body: bytes, token: str, *, in_chunks: bool) -> Sent:
    """By Node's fetch, which fails when it cannot send all of the body."""
    given = json.dumps([address, token, PIECE, in_chunks])
    command = [NODE, "--input-type=module", "--eval", FETCH, given]
    environment = {"NODE_TLS_REJECT_UNAUTHORIZED": "0", "NODE_NO_WARNINGS": "1"}
    done = subprocess.run(command, input=body, env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return Sent(*json.loads(done.stdout))


def http_client(address: str, body: bytes, token: str, *, in_chunks: bool) -> Sent:
    """By http.client, which reads no answer before it has sent all."""
    url = urlsplit(address)
    assert url.hostname
    context = ssl._create_unverified_context()  # noqa: S323  # the certificate is a test's own
    link = (
        http.client.HTTPSConnection(url.hostname, url.port, context=context, timeout=120)
        if url.scheme == "https"
        else http.client.HTTPConnection(url.hostname, url.port, timeout=120)
    )
    headers = {"Content-Type": "application/json", "Authorization": token}
    link.request("POST", url.path, pieces(body) if in_chunks else body, headers, encode_chunked=in_chunks)
    answer = link.getresponse()
    return Sent(answer.status, answer.read().decode())


def curl(address: str, body: bytes, token: str, *, in_chunks: bool) -> Sent:
    """By curl, which asks before it sends a long body, and stops when it is refused."""
    headers = ["-H", "Content-Type: application/json", "-H", f"Authorization: {token}"]
    headers += ["-H", "Transfer-Encoding: chunked"] if in_chunks else []
    command = ["curl", "-sSk", "-w", "\n%{http_code}", *headers, "--data-binary", "@-", address]
    done = subprocess.run(command, input=body, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    answer, _, status = done.stdout.decode().rpartition("\n")
    return Sent(int(status), answer)


Program = Callable[..., Sent]
PROGRAMS: tuple[Program, ...] = (fetch, http_client, curl)
