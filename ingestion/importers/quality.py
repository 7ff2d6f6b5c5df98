"""Runs of quality checks: a CSV file, results of Great Expectations, or the run results of dbt's tests."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, BinaryIO, ClassVar

from catalog.services.merging import checks, transformation
from catalog.services.merging.checks import CHECK
from catalog.services.merging.comparing import findings_of
from catalog.services.merging.service import merge
from catalog.services.merging.staging import stored_time
from ingestion.errors import NoImporter, Unusable
from ingestion.filenames import MANIFEST, RUN_RESULTS
from ingestion.importers.base import Importer, Loaded, opened
from ingestion.importers.csv_files import load_said, log_findings
from ingestion.importers.manifests import load_nodes
from ingestion.models import DONE, Upload
from ingestion.reading.checks import CheckResult
from ingestion.reading.run_results import read_run_results
from ingestion.reading.validations import find_validation, read_validation

CSV = "quality_checks"
NO_MANIFEST = "Catalog has no manifest.json of this source, which says what its tests test: upload that first."
OTHER_TOOL = "The file is stored, and not read: of JSON only results of Great Expectations are."


class QualityImporter(Importer):
    """One file a batch. Of each check the newest run is kept, and none goes because it is absent."""

    unknown = "table_key"  # the staged column that names a table which nobody knows
    columns: ClassVar[dict[str, str]] = {}

    def read(self) -> None:
        (upload,) = self.uploads.values()
        if upload.kind == CSV:
            load_said(self, upload, CHECK)
            return
        with opened(upload) as file:
            self.load_results(upload, self.results(file, upload))

    def results(self, file: BinaryIO, upload: Upload) -> Iterator[CheckResult]:
        validation = find_validation(file)
        if validation is None:
            raise NoImporter(OTHER_TOOL)
        return read_validation(file, validation, name=upload.path, log=self.log)

    def load_results(self, upload: Upload, results: Iterator[CheckResult]) -> None:
        loaded = Loaded(upload, columns=self.columns)

        def rows() -> Iterator[Sequence[Any]]:
            for result in self.counted(results):
                loaded.rows = result.row
                yield (len(self.files), result.row, 0, True, *self.values(result))

        self.stage.load_said(CHECK, rows())
        self.files.append(loaded)

    def values(self, result: CheckResult) -> list[Any]:
        """In the order of the columns of CHECK; a run without a time is of the file's."""
        said = {
            "table_key": ".".join(result.table) or None,
            "column_name": result.column,
            "external_id": result.external_id,
            "name": result.name or result.external_id,
            "status": result.status,
            "result": result.result,
            "run_at": stored_time(result.run_at or self.batch.stamp),
        }
        return [said.get(name) for name in CHECK.columns]

    def find_tables(self) -> None:
        checks.find_tables(self.stage, with_source=CSV in self.uploads)

    def compare(self) -> None:
        self.find_tables()
        states = checks.plan_checks(self.stage, unknown=self.unknown)
        file = self.files[-1]
        if older := states.pop("older", 0):
            file.notes.append(f"{older:,} are older than what is stored, which stays.")
            states["unchanged"] = states.get("unchanged", 0) + older
        file.states = states
        log_findings(findings_of(self.stage), self.files, self.log)

    def write(self, *, now: datetime) -> None:
        merge(self.stage, by=None, now=now, also=[checks.write_checks])


class RunResultsImporter(QualityImporter):
    """Tests of dbt: what they test is in the latest manifest of the same source."""

    unknown = "external_id"
    columns: ClassVar = {"external_id": "unique_id"}

    def read(self) -> None:
        manifests = Upload.objects.filter(source=self.batch.source, kind=MANIFEST, deleted_at=None)
        manifest = manifests.filter(batch__state__in=DONE).order_by("-batch__stamp", "-received_at").first()
        if manifest is None:
            raise Unusable(NO_MANIFEST)
        load_nodes(self.stage, manifest, self.counted)
        upload = self.uploads[RUN_RESULTS]
        with opened(upload) as file:
            self.load_results(upload, read_run_results(file, name=upload.path, log=self.log))

    def find_tables(self) -> None:
        transformation.tables_of_tests(self.stage, CHECK.stage)
