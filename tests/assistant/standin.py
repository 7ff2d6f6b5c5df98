"""A server on this machine that speaks OpenAI's chat completions, in every mood that one has been feared in."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Call:
    """The model wants these tools: (name, arguments) each."""

    tools: tuple[tuple[str, dict[str, Any]], ...]


@dataclass(frozen=True)
class Status:
    code: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b'{"error": {"message": "no", "type": "no"}}'


@dataclass(frozen=True)
class Raw:
    """A body as it is; `promised` bytes are said to come."""

    body: bytes
    promised: int | None = None
    seconds: float = 0.0  # before each byte


Reply = Call | Status | Raw
Asked = dict[str, Any]


def call(name: str, **arguments: Any) -> Call:
    return Call(((name, arguments),))


def answer(*blocks: tuple[str, list[str]] | str, enough: bool = True) -> Call:
    """The final tool: blocks of text with refs."""
    said = [{"text": one, "refs": []} if isinstance(one, str) else {"text": one[0], "refs": one[1]} for one in blocks]
    return call("answer", blocks=said, enough=enough)


def seen(request: Asked) -> str:
    """All that the model was told so far, on one line of JSON texts."""
    return "\n".join(str(message.get("content") or "") for message in request["messages"])


def data_of(request: Asked) -> list[Any]:
    """What the tools returned so far."""
    told = [message["content"] for message in request["messages"] if message["role"] == "tool"]
    return [json.loads(one)["catalog_data"] for one in told if one.startswith('{"catalog_data"')]


@dataclass
class StandIn:
    """`thinks` makes the reply to a request; `asked` are the requests that came, parsed, and `bodies` as they came."""

    thinks: Callable[[Asked], Reply] = field(default=lambda _: answer("I do not know.", enough=False))
    address: str = ""
    asked: list[Asked] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    elsewhere: int = 0  # requests to any other path

    def in_turn(self, *replies: Reply) -> None:
        """These replies, one a request; the last again and again."""
        left = list(replies)
        self.thinks = lambda _: left.pop(0) if len(left) > 1 else left[0]

    def configure(self, settings: Any) -> None:
        settings.ASSISTANT_MODEL = "openai:stand-in"
        settings.ASSISTANT_BASE_URL = f"{self.address}/v1"
        settings.ASSISTANT_API_KEY = "key-of-the-test"

    def environment(self) -> dict[str, str]:
        return {
            "ASSISTANT_MODEL": "openai:stand-in",
            "ASSISTANT_BASE_URL": f"{self.address}/v1",
            "ASSISTANT_API_KEY": "key-of-the-test",
        }


def completion(said: Call, body: str) -> bytes:
    tools = [
        {"id": f"call_{number}", "type": "function", "function": {"name": name, "arguments": json.dumps(arguments)}}
        for number, (name, arguments) in enumerate(said.tools)
    ]
    usage = {"prompt_tokens": len(body) // 4, "completion_tokens": len(json.dumps(tools)) // 4}
    message = {"role": "assistant", "content": None, "tool_calls": tools}
    return json.dumps(
        {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 1_764_000_000,
            "model": "stand-in",
            "choices": [{"index": 0, "finish_reason": "tool_calls", "message": message}],
            "usage": usage | {"total_tokens": sum(usage.values())},
        }
    ).encode()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    model: StandIn

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if self.path != "/v1/chat/completions":
            self.model.elsewhere += 1
            self.send(404, b"{}")
            return
        request = json.loads(body)
        self.model.asked.append(request)
        self.model.bodies.append(body)
        self.model.headers.append({name.lower(): value for name, value in self.headers.items()})
        match self.model.thinks(request):
            case Call() as said:
                self.send(200, completion(said, body))
            case Status(code, headers, text):
                self.send(code, text, headers)
            case Raw() as raw:
                self.trickle(raw)

    def send(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def trickle(self, raw: Raw) -> None:
        """What was promised and did not come ends with the connection."""
        self.close_connection = True
        with suppress(OSError):  # who asked has given up
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(raw.promised or len(raw.body)))
            self.end_headers()
            for part in [raw.body] if not raw.seconds else [bytes([byte]) for byte in raw.body]:
                time.sleep(raw.seconds)
                self.wfile.write(part)
                self.wfile.flush()

    def log_message(self, *args: object) -> None:
        """Says nothing."""


@contextmanager
def running(model: StandIn) -> Iterator[StandIn]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("HandlerOfModel", (Handler,), {"model": model}))
    server.daemon_threads = True
    model.address = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield model
    finally:
        server.shutdown()
        server.server_close()
