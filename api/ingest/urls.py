from django.urls import path, re_path

from api.ingest.views import ManualLineageView, NoUploadView, UploadView
from api.paths import UPLOADS
from catalog.choices import SourceType
from ingestion.models import Family

warehouse = UploadView.as_view(source_type=SourceType.WAREHOUSE, family=Family.WAREHOUSE)
visualization = UploadView.as_view(source_type=SourceType.VISUALIZATION, family=Family.VIZ)
lookml = UploadView.as_view(source_type=SourceType.VISUALIZATION, family=Family.LOOKML)
transformation = UploadView.as_view(source_type=SourceType.TRANSFORMATION, family=Family.DBT)
quality = UploadView.as_view(source_type=SourceType.QUALITY, family=Family.QUALITY)

urlpatterns = [
    path("warehouse-<source_id>/<name>", warehouse, name="upload-warehouse"),
    path("visualization-<source_id>/<name>", visualization, name="upload-visualization"),
    path("visualization-<source_id>/lookml/<project>/<name>", lookml, name="upload-lookml"),
    path("transformation-<source_id>/<name>", transformation, name="upload-transformation"),
    path("quality-<source_id>/<name>", quality, name="upload-quality"),
    path("manual-lineage", ManualLineageView.as_view(), name="upload-manual-lineage"),
    *(re_path(rf"^{prefix[1:]}", NoUploadView.as_view()) for prefix in UPLOADS),
]
