"""Which importer the files of a batch have."""

from collections.abc import Mapping

from ingestion.importers.base import Importer
from ingestion.importers.manual_lineage import ManualLineageImporter
from ingestion.importers.visualization import VisualizationImporter
from ingestion.importers.warehouse import WarehouseImporter
from ingestion.models import Batch, Family

IMPORTERS: Mapping[str, type[Importer]] = {
    Family.WAREHOUSE: WarehouseImporter,
    Family.VIZ: VisualizationImporter,
    Family.MANUAL: ManualLineageImporter,
}


def importer_of(batch: Batch) -> type[Importer] | None:
    """None: no importer for such files."""
    return IMPORTERS.get(batch.family)
