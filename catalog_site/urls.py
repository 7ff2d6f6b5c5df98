"""The table of contents: every address of the site, by the part that answers it."""

from django.contrib import admin
from django.urls import include, path

from api.views import playground
from catalog_site import health
from tokens.views.calendar import expiries

handler429 = "accounts.views.too_many_requests"  # allauth looks for it here

urlpatterns = [
    path("", include("accounts.urls")),
    path("assets/", include("catalog.urls")),
    path("", include("assistant.urls")),
    path("", include("ingestion.urls")),
    path("settings/api/playground/", playground, name="playground"),  # below /api/ no session opens a page
    path("settings/api/", include("tokens.urls")),
    path("expiries/<slug:key>.ics", expiries, name="expiries"),  # people paste it: short
    path("api/", include("api.urls")),
    path("public/", include("api.graphql.urls")),
    path("", include("api.mcp.oauth")),
    path("mcp/", include("api.mcp.urls")),
    path("", include("api.ingest.urls")),
    path("", include("notifications.urls")),
    path("admin/", admin.site.urls),
    path("healthz", health.healthz),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics_page),
]
