from django.urls import path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from api import views
from api.rest.views import NowhereView, OwnTokenView

urlpatterns = [
    path("v1/token", OwnTokenView.as_view(), name="api-token"),
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="api-schema"), name="api-docs"),
    path("problems/", views.problems, name="api-problems"),
    re_path(r"", NowhereView.as_view(), name="api-nowhere"),
]
