"""Statements with known lineage, as files of JSON lines: `NAME.jsonl`, or `NAME.jsonl.gz`.

A line is an item: `id`, `sql`, `dialect` (of sqlglot), `judged` (false: its golden is disputed), and of these what is
known: `in`, `out` (names of tables), `columns` ([[table, column], [table, column]]; a table of null is not said),
`schema` ({table: [columns]}, what is stored), `default_db`, `default_schema`, `model` (the table whose query it is),
`out_columns` (what a warehouse has).
"""

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ingestion.parser.answers import Traced
from ingestion.parser.naming import StoredTable
from ingestion.parser.texts import trace

Item = dict[str, Any]


def read_items(folder: Path) -> dict[str, list[Item]]:
    """The judged items of each file, under the file's name."""
    return {
        path.name.partition(".")[0]: [item for item in lines(path) if item.get("judged", True)]
        for path in sorted(folder.glob("*.jsonl*"))
    }


def lines(path: Path) -> Iterator[Item]:
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    yield from (json.loads(line) for line in data.splitlines() if line.strip())


def traced(item: Item, *, stored: bool = True, guess: bool = False) -> list[Traced]:
    """What we make of it, with the stored columns or without."""
    schema = (item.get("schema") or {}) if stored else {}
    return trace(
        item["sql"],
        dialect=None if guess else item["dialect"],
        tables=[StoredTable(parts_of(name), columns) for name, columns in schema.items()],
        default=(item.get("default_db"), item.get("default_schema")),
        target=parts_of(item["model"]) if "model" in item else None,
    )


def parts_of(name: str) -> tuple[str, ...]:
    """The parts of a name, whose quotes may hide dots: `a."b.c"`."""
    found = re.findall(r'"([^"]+)"|`([^`]+)`|\[([^\]]+)\]|([^.]+)', name)
    return tuple(next(part for part in parts if part) for parts in found)
