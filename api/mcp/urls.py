from django.urls import path, re_path

from api.doors import NowhereView
from api.mcp.views import McpView

server = McpView.as_view()

urlpatterns = [
    path("server", server, name="mcp"),
    path("server/", server),  # the same: a redirect would turn a POST into a GET
    re_path(r"", NowhereView.as_view(), name="mcp-nowhere"),
]
