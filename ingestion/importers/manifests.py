"""dbt's manifest, staged: one row for each table and each test."""

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from catalog.services.merging.staging import Stage
from catalog.services.merging.transformation import NODE
from ingestion.importers.base import opened
from ingestion.models import Upload
from ingestion.reading.issues import IssueLog
from ingestion.reading.manifests import Manifest, Node, NodeTest


def load_nodes(
    stage: Stage, upload: Upload, counted: Callable[[Iterator[Any]], Iterator[Any]], *, log: IssueLog | None = None
) -> tuple[Manifest, int]:
    """Stage all of it; returns what was read, and the number of its tables. Raises Unusable, naming the file."""
    tables = 0
    with opened(upload) as file:
        manifest = Manifest(file, name=upload.path, log=IssueLog() if log is None else log)

        def rows() -> Iterator[Sequence[Any]]:
            nonlocal tables
            for node in counted(iter(manifest)):
                tables += isinstance(node, Node)
                said = of_test(node) if isinstance(node, NodeTest) else of_table(node)
                yield (0, node.row, 0, True, *[said.get(name) for name in NODE.columns])

        stage.load_said(NODE, rows())
    return manifest, tables


def of_table(node: Node) -> dict[str, Any]:
    columns = [
        {"name": column.name, "description": column.description, "tags": json.dumps(column.tags)}
        for column in node.columns
    ]
    return {
        "unique_id": node.unique_id,
        "type": node.type,
        "relation": ".".join(node.relation) or None,
        "place": ".".join(node.place) or None,
        "is_ephemeral": node.is_ephemeral,
        "description": node.description,
        "tags": json.dumps(node.tags),
        "columns": json.dumps(columns) if columns else None,
        "parents": json.dumps(node.parents) if node.parents else None,
    }


def of_test(test: NodeTest) -> dict[str, Any]:
    return {
        "unique_id": test.unique_id,
        "type": "test",
        "is_ephemeral": False,
        "tested": test.tested,
        "column_name": test.column,
        "name": test.name,
        "description": test.description,
    }
