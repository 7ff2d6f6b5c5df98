"""What a language model is told by us: the files of `assistant/prompts/`, none of whose words are in the code."""

import tomllib
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "prompts"


@cache
def rules() -> str:
    return (FOLDER / "rules.md").read_text(encoding="utf-8").strip()


@cache
def of_tool(name: str) -> str:
    return " ".join((FOLDER / "tools" / f"{name}.md").read_text(encoding="utf-8").split())


@cache
def misses() -> Mapping[str, str]:
    return tomllib.loads((FOLDER / "misses.toml").read_text(encoding="utf-8"))


@cache
def digest() -> str:
    """The SHA-256 of all of them, which says what a stored answer was made under."""
    whole = sha256()
    for path in sorted(FOLDER.rglob("*.*")):
        whole.update(path.relative_to(FOLDER).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return whole.hexdigest()
