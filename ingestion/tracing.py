"""The parent of the children that parse SQL: it starts them, watches them, and replaces what died.

A text must never hold or kill a worker, so no SQL is parsed in it (decision 0042). A child is ended for more than its
CPU seconds (by the kernel), its memory (by the kernel), or its seconds of the clock (by us); the statement that did it
is `too_costly`, and the others of its text are traced by the next child.
"""

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from ingestion.parser import limits
from ingestion.parser.answers import Traced
from ingestion.parser.relations import Path as TablePath

ROOT = Path(__file__).resolve().parent.parent
PASSED_ON = (
    "PATH",
    "LANG",
    "LC_ALL",
    "LD_LIBRARY_PATH",
    "TMPDIR",
)  # variables of the child; no other, for some are secret
DEATHS = 5  # of one text's statements; after them the whole text is too costly


@dataclass(frozen=True)
class Text:
    """A text of SQL with what the catalog knows of what it speaks of."""

    sql: str
    dialect: str | None  # sqlglot's name of it, as in ingestion.parser.dialects; None: found by trying
    tables: Sequence[tuple[TablePath, Sequence[str]]] = ()  # stored ones named in `words_of(sql)`, with their columns
    default: tuple[str | None, str | None] = (None, None)  # database and schema of names without them
    target: TablePath | None = None  # the table that a bare query feeds


@dataclass(frozen=True)
class Answer:
    """What the statements of a text do, and the seconds of the processor that this took."""

    statements: list[Traced]
    cpu: float


class ParserUnusable(Exception):
    """Children end before they begin: something is wrong with this installation, and with no text."""


class Died(Exception):
    """The child ended, or was ended, at this part of the text: 0 is the text as a whole, None before it began."""

    def __init__(self, begun: int | None) -> None:
        super().__init__(begun)
        self.begun = begun


class Tracer:
    """Traces texts, one after the other, in a child of its own. A context manager: the child ends with the block."""

    def __init__(self, *, wall_seconds: float = limits.WALL_SECONDS) -> None:
        self.wall_seconds = wall_seconds
        self.child: subprocess.Popen[bytes] | None = None
        self.statements = 0  # of this child
        self.number = 0  # of the text
        self.heard = b""  # of the child's next lines

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.end()

    def trace(self, text: Text) -> Answer:
        """What this text does; `too_costly` of statements that a child did not survive. Raises ParserUnusable."""
        self.number += 1
        request = asdict(text) | {"id": self.number}
        died: list[int | None] = []
        while len(died) < DEATHS and 0 not in died:
            try:
                return self.asked(request | {"skip": [number for number in died if number]})
            except Died as death:
                self.end()
                if death.begun is None and None in died:  # once may be chance: somebody's memory was full
                    raise ParserUnusable from None
                died.append(death.begun)
        return Answer([Traced(1, "too_costly")], limits.CPU_SECONDS * len(died))

    def asked(self, request: dict[str, Any]) -> Answer:
        """One try. Raises Died."""
        begun: int | None = None
        child = self.started()
        assert child.stdin
        try:
            child.stdin.write(json.dumps(request, separators=(",", ":")).encode() + b"\n")
            child.stdin.flush()
        except BrokenPipeError:
            raise Died(begun) from None
        while line := self.line(child):
            told = json.loads(line)
            if "begun" not in told:
                return self.answer(told)
            begun = told["begun"]
        raise Died(begun)

    def answer(self, told: dict[str, Any]) -> Answer:
        self.statements += len(told["statements"])
        if self.statements >= limits.STATEMENTS_OF_CHILD or told["memory"] >= limits.MEMORY_OF_CHILD:
            self.end()
        return Answer([Traced.of_json(each) for each in told["statements"]], told["cpu"])

    def line(self, child: subprocess.Popen[bytes]) -> bytes:
        """What the child says next; b"" when it says nothing any more, or not in time."""
        assert child.stdout
        until = time.monotonic() + self.wall_seconds
        poll = select.poll()  # select() knows no descriptor above 1,023
        poll.register(child.stdout, select.POLLIN)
        while b"\n" not in self.heard:
            if not poll.poll(max(0, until - time.monotonic()) * 1_000):
                return b""
            piece = os.read(child.stdout.fileno(), 65_536)
            if not piece:
                return b""
            self.heard += piece
        line, _, self.heard = self.heard.partition(b"\n")
        return line

    def started(self) -> subprocess.Popen[bytes]:
        if self.child is None or self.child.poll() is not None:
            self.end()
            variables = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
            self.child = subprocess.Popen(
                [sys.executable, "-m", "ingestion.parser"],
                cwd=ROOT,
                env=variables | {"PYTHONUTF8": "1"},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # of a crash; it might quote the text, and logs hold no cell
            )
        return self.child

    def end(self) -> None:
        """End the child, if there is one; the next text starts another."""
        child, self.child, self.statements, self.heard = self.child, None, 0, b""
        if child is None:
            return
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe:
                pipe.close()
