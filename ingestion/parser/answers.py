"""What is said of a statement, as the child writes it and the parent reads it. Nothing heavy is imported here."""

from dataclasses import dataclass, field
from typing import Any

from ingestion.parser.relations import Path

End = tuple[Path | None, str]
"""Of an edge: a table and its column. No table for what a bare query gives."""

Edge = tuple[End, End, str]
"""Parent, child, and "exact" or "inferred": the second where a table is not stored, or another might be meant."""


@dataclass
class Traced:
    """What one statement does. A statement with several targets is several of these under one number.

    Paths and columns are spelled as they are stored; as written for tables in `unknown`.
    """

    number: int  # in its text, from 1
    outcome: str = "nothing"  # "traced", "nothing", "failed", "too_costly"
    target: Path | None = None
    sources: list[Path] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    output_columns: list[str] = field(default_factory=list)  # "" without a name, "*" where nobody knows
    unknown: list[Path] = field(default_factory=list)  # spoken of, and not stored

    @classmethod
    def of_json(cls, told: dict[str, Any]) -> "Traced":
        return cls(
            told["number"],
            told["outcome"],
            tuple(told["target"]) if told["target"] else None,
            [tuple(path) for path in told["sources"]],
            [(end(parent), end(child), kind) for parent, child, kind in told["edges"]],
            told["output_columns"],
            [tuple(path) for path in told["unknown"]],
        )


def end(told: list[Any]) -> End:
    path, column = told
    return (tuple(path) if path else None), column
