"""The files in `data`, and the lines in which they tell of columns, fields, queries and terms."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"
FLAGS = {"key", "pii", "required", "dimension", "filter", "measure", "parameter"}

Facts = dict[str, Any]  # what a file says of one thing


@dataclass(frozen=True, slots=True)
class FieldLine:
    """A column or a field of a dashboard: `name type flag #tag <- parent.field, parent.field -- description`."""

    name: str
    data_type: str | None
    flags: set[str]
    tags: list[str]
    parents: list[str]
    description: str | None


@dataclass(frozen=True, slots=True)
class Ran:
    """A query, who ran it, and how often in 30 days."""

    text: str
    author: str
    seconds: float
    rows: int
    times: int


def read_facts(name: str) -> Facts:
    return tomllib.loads((DATA / f"{name}.toml").read_text(encoding="utf-8"))


def read_tables(name: str) -> Iterator[tuple[str, Facts]]:
    """Path and facts of each table of a file."""
    for database, schemas in read_facts(name).items():
        for schema, tables in schemas.items():
            yield from ((f"{database}.{schema}.{table}", facts) for table, facts in tables.items())


def field_lines(text: str) -> list[FieldLine]:
    return [field_line(line) for line in text.strip().splitlines()]


def field_line(line: str) -> FieldLine:
    said, _, description = line.partition(" -- ")
    said, _, parents = said.partition("<-")
    name, *others = said.split()
    types = [word for word in others if word not in FLAGS and not word.startswith("#")]
    return FieldLine(
        name=name,
        data_type=types[0] if types else None,
        flags=FLAGS.intersection(others),
        tags=[word[1:] for word in others if word.startswith("#")],
        parents=[parent.strip() for parent in parents.split(",") if parent.strip()],
        description=description.strip() or None,
    )


def read_queries() -> Iterator[Ran]:
    text = (DATA / "queries.sql").read_text(encoding="utf-8")
    for said in re.finditer(r"^-- (\w+) ([\d.]+) s, (\d+) rows?, (\d+) times\n(.+?;)$", text, re.MULTILINE | re.DOTALL):
        author, seconds, rows, times, query = said.groups()
        yield Ran(query, author, float(seconds), int(rows), int(times))


def read_terms() -> Iterator[tuple[int, str, str]]:
    """Depth from 0, name and Markdown of each term."""
    text = (DATA / "terms.md").read_text(encoding="utf-8")
    _, *parts = re.split(r"^(#+) (.+)\n", text, flags=re.MULTILINE)
    for marks, name, said in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
        yield len(marks) - 1, name, said.strip()
