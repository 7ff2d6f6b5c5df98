from django.urls import path

from ingestion.views import batches, bringing, imports

urlpatterns = [
    path("imports/", imports.show, name="imports"),
    path("imports/list/", imports.part, name="imports-list"),
    path("imports/upload/", bringing.upload, name="imports-upload"),
    path("imports/sources/new/", bringing.add_source, name="imports-source"),
    path("imports/templates/<str:kind>.csv", imports.file_template, name="imports-template"),
    path("imports/<uuid:batch_id>/", batches.show, name="import"),
    path("imports/<uuid:batch_id>/now/", batches.part, name="import-now"),
    path("imports/<uuid:batch_id>/report.csv.gz", batches.all_issues, name="import-report"),
    *(
        path(f"imports/<uuid:batch_id>/{name}/", batches.decide, {"name": name}, name=f"import-{name}")
        for name in batches.DECISIONS
    ),
]
