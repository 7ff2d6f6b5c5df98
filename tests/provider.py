"""A mail provider on this machine that speaks Postmark's API, in every mood that a provider has been seen in."""

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Provider:
    """`mood` is a status to answer with, or "garbage", "reset" or "hang"; `latency` is in seconds."""

    mood: int | str = 200
    latency: float = 0.0
    retry_after: str = ""
    idempotent: bool = False
    address: str = ""
    arrived: threading.Event = field(default_factory=threading.Event)  # a request is here and not answered yet
    delivered: list[dict[str, str]] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    asked: int = 0  # requests
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, message: dict, key: str) -> None:
        """Deliver the message, unless an idempotent provider has seen its key."""
        with self.lock:
            if self.idempotent and key in self.keys:
                return
            self.keys.add(key)
            headers = {header["Name"]: header["Value"] for header in message.get("Headers", [])}
            self.delivered.append({"to": message["To"], "subject": message["Subject"], "id": headers["Message-ID"]})

    def copies(self) -> Counter[str]:
        return Counter(message["id"] for message in self.delivered)

    def environment(self) -> dict[str, str]:
        return {
            "EMAIL_BACKEND": "anymail.backends.postmark.EmailBackend",
            "EMAIL_ANYMAIL_POSTMARK_SERVER_TOKEN": "test",
            "EMAIL_ANYMAIL_POSTMARK_API_URL": f"{self.address}/",
            "EMAIL_TIMEOUT": "5",
        }

    def configure(self, settings: Any) -> None:
        """The same for this process: `settings` is pytest-django's."""
        settings.EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
        known = {"POSTMARK_SERVER_TOKEN": "test", "POSTMARK_API_URL": f"{self.address}/", "REQUESTS_TIMEOUT": 5.0}
        settings.ANYMAIL = settings.ANYMAIL | known


@contextmanager
def running(provider: Provider) -> Iterator[Provider]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            with provider.lock:
                provider.asked += 1
            provider.arrived.set()
            time.sleep(provider.latency)
            if provider.mood == "hang":
                time.sleep(8)
            elif provider.mood == "reset":
                self.connection.close()
            elif provider.mood == "garbage":
                self.answer(200, b"<html>welcome to the hotel's wifi</html>")
            elif provider.mood != 200:
                self.answer(int(provider.mood), b'{"ErrorCode": 1, "Message": "no"}')
            else:
                for message in body if isinstance(body, list) else [body]:
                    provider.take(message, self.headers["Idempotency-Key"])
                time.sleep(provider.latency)
                self.answer(200, json.dumps(accepted(body)).encode())

        def answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            if provider.retry_after:
                self.send_header("Retry-After", provider.retry_after)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    provider.address = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()


def accepted(body: dict | list) -> dict | list:
    """Postmark's answer to a message that it takes."""
    if isinstance(body, list):
        return [accepted(message) for message in body]
    return {"To": body["To"], "SubmittedAt": "2026-11-24T12:00:00Z", "MessageID": "pm", "ErrorCode": 0, "Message": "OK"}
