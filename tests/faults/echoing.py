"""An application for tests of the worker: says how long a body was, waits for a file, or says a lot."""

import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import catalog_site.wsgi  # noqa: F401  # the shipped configuration writes the ledger, which needs Django


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    status, answer = "200 OK", b""
    if environ["PATH_INFO"] == "/wait":
        while not Path(os.environ["GATE"]).exists():
            time.sleep(0.05)
    try:
        answer = str(len(environ["wsgi.input"].read())).encode()
    except TimeoutError:
        status = "408 Request Timeout"
    if environ["PATH_INFO"] == "/long":
        answer = b"x" * 30_000_000
    start_response(status, [("Content-Length", str(len(answer)))])
    return [answer]
