"""Messages to the door, on both wires, and what comes back."""

import json
from typing import Any

from django.test import Client

ADDRESS = "/mcp/server"
PREFIX = "io.modelcontextprotocol/"
STATELESS = "2026-07-28"
META = {
    f"{PREFIX}protocolVersion": STATELESS,
    f"{PREFIX}clientCapabilities": {},
    f"{PREFIX}clientInfo": {"name": "rig", "version": "1.0"},
}
INFO = {"name": "claude-ai", "version": "0.1.0"}


def send(body: Any, token: str = "", *, method: str = "POST", address: str = ADDRESS, **headers: Any) -> Any:
    """Headers by their names with underscores; None leaves one out. A body that is no bytes is written as JSON."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    given = {"Authorization": f"Bearer {token}"} if token else {}
    given |= {name.replace("_", "-"): value for name, value in headers.items() if value is not None}
    return Client().generic(method, address, data, content_type="application/json", headers=given)


def ask(token: str, method: str, params: Any = None, *, id: Any = 1, **headers: Any) -> Any:  # noqa: A002
    """One message of the handshake revisions."""
    message = {"jsonrpc": "2.0", "id": id, "method": method}
    return send(message | ({} if params is None else {"params": params}), token, **headers)


def ask_stateless(token: str, method: str, params: Any = None, *, meta: Any = META, **headers: Any) -> Any:
    """The same of 2026-07-28."""
    given = params or {}
    needed: dict[str, str | None] = {
        "MCP_Protocol_Version": STATELESS,
        "Mcp_Method": method,
        "Mcp_Name": given.get("name"),
    }
    return ask(token, method, {**given, "_meta": meta}, **(needed | headers))


def initialize(token: str, info: Any = INFO, version: str = "2025-11-25", **headers: Any) -> Any:
    params = {"protocolVersion": version, "capabilities": {}, "clientInfo": info}
    return ask(token, "initialize", params, **headers)


def call(token: str, tool: str, /, **arguments: Any) -> Any:
    """The result of a tool: `isError`, and `content` with one text."""
    response = ask(token, "tools/call", {"name": tool, "arguments": arguments})
    assert response.status_code == 200, response.content
    return response.json()["result"]


def answer(token: str, tool: str, /, **arguments: Any) -> Any:
    """The answer of a tool that did what it was asked; its text and its structured content say the same."""
    result = call(token, tool, **arguments)
    assert not result["isError"], text(result)
    assert json.loads(text(result)) == result["structuredContent"]
    return result["structuredContent"]


def refused(token: str, tool: str, /, **arguments: Any) -> str:
    """What a tool says that did not."""
    result = call(token, tool, **arguments)
    assert result["isError"], text(result)
    assert "structuredContent" not in result
    return text(result)


def text(result: Any) -> str:
    (part,) = result["content"]
    said: str = part["text"]
    return said


def listed(token: str) -> list[str]:
    """The names that tools/list gives this token."""
    return [tool["name"] for tool in ask(token, "tools/list").json()["result"]["tools"]]
