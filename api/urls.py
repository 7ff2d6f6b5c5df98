from django.urls import path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from api import views
from api.rest.views import NowhereView, OwnTokenView

# Its answer to OPTIONS would have no template.
docs = SpectacularSwaggerSplitView.as_view(url_name="api-schema", http_method_names=["get", "head"])

urlpatterns = [
    path("v1/token", OwnTokenView.as_view(), name="api-token"),
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("docs/", docs, name="api-docs"),
    path("problems/", views.problems, name="api-problems"),
    re_path(r"", NowhereView.as_view(), name="api-nowhere"),
]
