"""What a body asks, before the protocol is looked at: bytes become JSON here, or an error that says so."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

MAX_LEVELS = 64  # of objects and lists in each other: what is deeper could be read here and not by whoever reads on
CLIENT_INFO = "io.modelcontextprotocol/clientInfo"
TOO_DEEP = "The JSON is nested too deeply."


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
        raise Unreadable(TOO_DEEP) from None
    except msgspec.DecodeError:
        raise Unreadable("The body is no JSON.") from None
    if is_deep(said):
        raise Unreadable(TOO_DEEP)
    method, params = (said.get("method"), said.get("params")) if isinstance(said, dict) else (None, None)
    return Message(method if isinstance(method, str) else "", params if isinstance(params, dict) else {})


def is_deep(value: Any) -> bool:
    """Whether it is nested deeper than MAX_LEVELS; looked at level by level, without recursion."""
    level = [value]
    for _ in range(MAX_LEVELS + 1):
        containers = [one for one in level if isinstance(one, dict | list)]
        if not containers:
            return False
        level = [inner for one in containers for inner in (one.values() if isinstance(one, dict) else one)]
    return True
