"""What a body asks, before the protocol is looked at: bytes become JSON here, or an error that says so."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

CLIENT_INFO = "io.modelcontextprotocol/clientInfo"


class Unreadable(Exception):
    """The body is no JSON in UTF-8, or is nested too deeply; the text says which."""


@dataclass(frozen=True, slots=True)
class Message:
    """What can be told of a message by its shape alone: `server.py` says whether it is one."""

    method: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def tool(self) -> str:
        """The name of the tool that is called, whether there is one or not; empty for another method."""
        name = self.params.get("name") if self.method == "tools/call" else None
        return name if isinstance(name, str) else ""

    @property
    def client_info(self) -> Mapping[str, Any]:
        """What the client says of itself: in `_meta`, or in the parameters of `initialize`; empty when it does not."""
        meta = self.params.get("_meta")
        said = meta.get(CLIENT_INFO) if isinstance(meta, dict) else None
        if said is None and self.method == "initialize":
            said = self.params.get("clientInfo")
        return said if isinstance(said, dict) else {}


def read(body: bytes) -> Message:
    """Raises Unreadable. Whatever else is wrong with a message leaves its parts empty."""
    try:
        said = msgspec.json.decode(body)
    except UnicodeDecodeError:
        raise Unreadable("The body is not in UTF-8.") from None
    except RecursionError:
        raise Unreadable("The JSON is nested too deeply.") from None
    except msgspec.DecodeError:
        raise Unreadable("The body is no JSON.") from None
    method, params = (said.get("method"), said.get("params")) if isinstance(said, dict) else (None, None)
    return Message(method if isinstance(method, str) else "", params if isinstance(params, dict) else {})
