"""Requests to the WSGI application that gunicorn serves: Django's test client makes the request past it."""

import io
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch
from wsgiref.util import setup_testing_defaults

from django.core.signals import request_finished, request_started
from django.db import close_old_connections

with patch("database.web.limit_connections"):  # of web processes: the tests' own connections may wait for locks
    from catalog_site import asgi
    from catalog_site.wsgi import application

asgi_application = asgi.application


@dataclass(frozen=True, slots=True)
class Answer:
    status_code: int
    headers: dict[str, str]
    content: bytes

    def json(self) -> Any:
        return json.loads(self.content)


def shipped(method: str, address: str, body: bytes = b"", content_type: str | None = None, **headers: str) -> Answer:
    """The answer; headers by their names with underscores. `address` may have a query."""
    return answered(environment(method, address, body, content_type, **headers))


def answered(environ: dict[str, Any]) -> Answer:
    started: list[Any] = []

    def start_response(line: str, fields: list[tuple[str, str]], *_: object) -> Callable[[bytes], object]:
        started.extend((int(line[:3]), dict(fields)))
        return started.append  # which Django never calls

    with connection_kept():
        response: Any = application(environ, start_response)
        content = b"".join(response)
        response.close()
    status, fields = started
    return Answer(status, fields, content)


@contextmanager
def connection_kept() -> Iterator[None]:
    """Requests leave the connection as it is, with the test's transaction; Django's own client does the same."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)


def environment(
    method: str, address: str, body: bytes = b"", content_type: str | None = None, **headers: str
) -> dict[str, Any]:
    """What gunicorn would tell of this request."""
    path, _, query = address.partition("?")
    environ: dict[str, Any] = {"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query}
    environ |= {"HTTP_HOST": "127.0.0.1", "REMOTE_ADDR": "127.0.0.1", "SERVER_PROTOCOL": "HTTP/1.1"}
    environ |= {"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))}
    environ |= {f"HTTP_{name.upper()}": value for name, value in headers.items()}
    if content_type is not None:
        environ["CONTENT_TYPE"] = content_type
    setup_testing_defaults(environ)
    return environ


def in_chunks(environ: dict[str, Any]) -> dict[str, Any]:
    """The same request with its body in chunks, whose end the server finds."""
    without_length = {name: value for name, value in environ.items() if name != "CONTENT_LENGTH"}
    return without_length | {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}
