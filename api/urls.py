from django.urls import path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from api import views
from api.doors import NowhereView
from api.rest.imports import ConfirmImportView, ImportIssuesView, ImportsView, ImportView
from api.rest.views import OwnTokenView

# Its answer to OPTIONS would have no template.
docs = SpectacularSwaggerSplitView.as_view(url_name="api-schema", http_method_names=["get", "head"])

urlpatterns = [
    path("v1/token", OwnTokenView.as_view(), name="api-token"),
    path("v1/imports", ImportsView.as_view(), name="api-imports"),
    path("v1/imports/<uuid:batch_id>", ImportView.as_view(), name="api-import"),
    path("v1/imports/<uuid:batch_id>/issues", ImportIssuesView.as_view(), name="api-import-issues"),
    path("v1/imports/<uuid:batch_id>/confirm", ConfirmImportView.as_view(), name="api-import-confirm"),
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("docs/", docs, name="api-docs"),
    path("problems/", views.problems, name="api-problems"),
    re_path(r"", NowhereView.as_view(), name="api-nowhere"),
]
