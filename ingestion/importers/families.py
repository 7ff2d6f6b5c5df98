"""Which importer the files of a batch have."""

from collections.abc import Mapping

from ingestion.filenames import MANIFEST
from ingestion.importers.base import Importer
from ingestion.importers.dbt import ManifestImporter
from ingestion.importers.manual_lineage import ManualLineageImporter
from ingestion.importers.quality import QualityImporter, RunResultsImporter
from ingestion.importers.visualization import VisualizationImporter
from ingestion.importers.warehouse import WarehouseImporter
from ingestion.models import Batch, Family

IMPORTERS: Mapping[str, type[Importer]] = {
    Family.WAREHOUSE: WarehouseImporter,
    Family.VIZ: VisualizationImporter,
    Family.MANUAL: ManualLineageImporter,
    Family.QUALITY: QualityImporter,
    Family.DBT: ManifestImporter,  # of its manifest
}


def importer_of(batch: Batch) -> type[Importer] | None:
    """None: no importer for such files. Each file of dbt is a batch of its own: what it is decides."""
    if batch.family == Family.DBT and not batch.uploads.filter(kind=MANIFEST).exists():
        return RunResultsImporter
    return IMPORTERS.get(batch.family)
