"""Files of a warehouse, generic ones and those that an extractor wrote: what lies in it, its users, their queries."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from catalog.choices import QueryType
from catalog.services.merging import kinds as merging
from catalog.services.merging import queries
from catalog.services.merging.comparing import compare, findings_of
from catalog.services.merging.service import merge
from catalog.services.merging.staging import stored_time
from ingestion.importers.base import Importer, Loaded
from ingestion.importers.csv_files import FileMap, load_rows, load_said, log_findings, take_all, whole_kinds


def full_name(row: Mapping[str, Any]) -> str | None:
    return " ".join(filter(None, (row["first_name"], row["last_name"]))) or None


FIRST_WORD = re.compile(r"(?:\s+|\(|--[^\n]*+|/\*(?>.*?\*/))*+([A-Za-z]+)", re.DOTALL)  # behind comments
READS = frozenset({"", "select", "with", "show", "describe", "desc", "explain", "values", "list", "use", "set"})
WRITE = re.compile(r"\b(?:insert\s+into|update\s+\S+\s+set|delete\s+from|merge\s+into)\b", re.IGNORECASE)

FILES = {
    "database": FileMap(merging.DATABASE, "id", None, {"name": "database_name"}),
    "schema": FileMap(
        merging.SCHEMA,
        "id",
        "database_id",
        {"name": "schema_name", "description": "description"},
        placeless={"tags": "Schemas have no tags in Catalog: the column tags was left out."},
    ),
    "user": FileMap(merging.USER, "id", None, {"email": "email"}, made={"name": full_name}),
    "table": FileMap(
        merging.TABLE,
        "id",
        "schema_id",
        {
            "name": "table_name",
            "external_description": "description",
            "table_type": "type",
            merging.TAGS: "tags",
            merging.OWNER: "owner_external_id",
        },
    ),
    "column": FileMap(
        merging.COLUMN,
        "id",
        "table_id",
        {
            "name": "column_name",
            "external_description": "description",
            "data_type": "data_type",
            "source_order": "ordinal_position",
            "is_nullable": "is_nullable",
        },
    ),
}  # in the order in which they lie in each other


class WarehouseImporter(Importer):
    """Queries are those of the day before the stamp, in UTC."""

    kinds: ClassVar = merging.WAREHOUSE

    def read(self) -> None:
        for kind, file_map in FILES.items():
            if kind in self.uploads:
                load_rows(self, self.uploads[kind], file_map)
        self.queries: Loaded | None = None
        if "query" in self.uploads:
            self.other_days = 0
            self.day = (self.batch.stamp.astimezone(UTC) - timedelta(days=1)).date()
            self.queries = load_said(self, self.uploads["query"], queries.QUERY, self.query_values)

    def query_values(self, row: Mapping[str, Any]) -> Sequence[Any] | None:
        started: datetime = row["start_time"]
        if started.date() != self.day:
            self.other_days += 1
            return None
        text = normal(row["query_text"])
        seconds = (row["end_time"] - started).total_seconds() if row["end_time"] else None
        return (
            row["database_id"],
            row["user_id"],
            row["user_name"],
            row["query_text"],
            hashlib.sha256(text.encode()).hexdigest(),
            QueryType.WRITE if writes(text) else QueryType.SELECT,
            stored_time(started),
            seconds,
        )

    def compare(self) -> None:
        comparison, _ = compare(self.stage, deletes=whole_kinds(self))
        take_all(self, comparison)
        if self.queries:
            self.queries.states = queries.plan_queries(self.stage)
            if self.other_days:
                self.queries.notes.append(f"Queries of another day than {self.day} were left out: {self.other_days:,}.")
        log_findings(findings_of(self.stage), self.files, self.log)

    def write(self, *, now: datetime) -> None:
        merge(self.stage, by=None, now=now, also=[queries.write_queries] if self.queries else [])


def normal(text: str) -> str:
    """The text without what makes no difference: blanks at the ends of lines, empty lines, the last semicolon."""
    lines = filter(None, (line.strip() for line in text.splitlines()))
    return "\n".join(lines).rstrip("; \n")


def writes(text: str) -> bool:
    """Whether its first word changes something; behind WITH that word may stand later."""
    found = FIRST_WORD.match(text)
    word = found[1].lower() if found else ""
    return word not in READS or (word in {"with", "explain"} and WRITE.search(text) is not None)
