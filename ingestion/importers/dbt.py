"""dbt's manifest: what it says of the tables of warehouses, and from which others they are made."""

from datetime import datetime

from catalog.services.merging import transformation
from catalog.services.merging.comparing import findings_of
from catalog.services.merging.service import merge
from ingestion.filenames import MANIFEST
from ingestion.importers.base import Importer, Loaded, edges_told
from ingestion.importers.csv_files import log_findings
from ingestion.importers.manifests import load_nodes


class ManifestImporter(Importer):
    def read(self) -> None:
        upload = self.uploads[MANIFEST]
        manifest, tables = load_nodes(self.stage, upload, self.counted, log=self.log)
        self.files.append(Loaded(upload, rows=tables, notes=list(manifest.notes), columns={"place": "relation_name"}))

    def compare(self) -> None:
        (file,) = self.files
        edges = transformation.plan_nodes(self.stage)
        file.notes += edges_told(edges)
        [(found,)] = self.stage.fetch("SELECT count(*) FROM node_table")
        file.states = {"unchanged": int(found)}
        log_findings(findings_of(self.stage), self.files, self.log)

    def write(self, *, now: datetime) -> None:
        merge(self.stage, by=None, now=now, also=[transformation.write_nodes])
