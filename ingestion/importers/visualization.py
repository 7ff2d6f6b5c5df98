"""Files of a BI tool: dashboards, their fields, what they are made from, and their queries."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from catalog.services.merging import kinds as merging
from catalog.services.merging import visualization
from catalog.services.merging.comparing import compare, findings_of
from catalog.services.merging.service import merge
from ingestion.importers.base import Importer, Loaded, edges_told
from ingestion.importers.csv_files import (
    FileMap,
    load_rows,
    load_said,
    log_findings,
    take_all,
    whole_kinds,
)

UNTYPED = "CUSTOM"  # a field of which no type is said


def folder(row: Mapping[str, Any]) -> str | None:
    """`root/folder1`, from `/root/folder1`."""
    path = row["folder_path"]
    return None if path is None else path.strip().strip("/")


FILES = {
    "dashboards": FileMap(
        merging.DASHBOARD,
        "id",
        None,
        {
            "type": "dashboard_type",
            "name": "name",
            "external_description": "description",
            "url": "url",
            "popularity": "view_count",
            merging.OWNER_EMAIL: "user_name",
            merging.PARENT_TABLES: "parent_tables",
            merging.PARENT_DASHBOARDS: "parent_dashboards",
        },
        made={"folder_path": folder},
    ),
    "dashboard_fields": FileMap(
        merging.DASHBOARD_FIELD,
        "external_id",
        "dashboard_id",
        {
            "name": "name",
            "description": "description",
            "is_primary_key": "is_primary_key",
            "role": "role",
            "view_label": "view_label",
            "view_name": "view_name",
            merging.CHILD_DASHBOARDS: "child_dashboards",
            merging.PARENT_COLUMNS: "parent_columns",
        },
        made={
            "label": lambda row: row["label"] or row["name"],
            "data_type": lambda row: row["data_type"] or UNTYPED,
        },
    ),
}
QUERIES = "dashboard_queries"


class VisualizationImporter(Importer):
    kinds: ClassVar = merging.VISUALIZATION

    def read(self) -> None:
        for kind, file_map in FILES.items():
            if kind in self.uploads:
                load_rows(self, self.uploads[kind], file_map)
        self.queries: Loaded | None = None
        if QUERIES in self.uploads:
            self.queries = load_said(self, self.uploads[QUERIES], visualization.QUERIES)

    def compare(self) -> None:
        if merging.DASHBOARD in self.stage.loaded:
            visualization.scale_popularity(self.stage)
        comparison, _ = compare(self.stage, deletes=whole_kinds(self))
        edges = visualization.plan_visualization(self.stage)
        take_all(self, comparison)
        if self.queries:
            visualization.report_texts(self.stage)
            self.queries.states = {"unchanged": self.stage.usable(visualization.QUERIES)}
        log_findings(findings_of(self.stage), self.files, self.log)
        if self.files:
            self.files[0].notes += edges_told(edges)

    def write(self, *, now: datetime) -> None:
        merge(self.stage, by=None, now=now, also=[visualization.write_visualization])
