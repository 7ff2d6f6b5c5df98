"""Lineage that people wrote into a file: it adds edges, and takes none away."""

from datetime import datetime

from catalog.services.merging import manual
from catalog.services.merging.service import merge
from ingestion.filenames import MANUAL_LINEAGE
from ingestion.importers.base import Importer
from ingestion.importers.csv_files import load_said, log_findings


class ManualLineageImporter(Importer):
    def read(self) -> None:
        load_said(self, self.uploads[MANUAL_LINEAGE], manual.MANUAL)

    def compare(self) -> None:
        (file,) = self.files
        file.states, findings = manual.plan_manual(self.stage)
        log_findings(findings, self.files, self.log)

    def write(self, *, now: datetime) -> None:
        merge(self.stage, by=None, now=now, also=[manual.write_manual])
