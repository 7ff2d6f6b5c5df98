from django.urls import path

from catalog.views import assets, dashboards, descriptions, tables, terms

urlpatterns = [
    path("", assets.assets, name="assets"),
    path("suggestions/", assets.suggestions, name="asset-suggestions"),
    path("tables/<uuid:table_id>/", tables.table, name="asset-table"),
    path("tables/<uuid:table_id>/queries/", tables.queries, name="asset-table-queries"),
    path("tables/<uuid:table_id>/joins/", tables.joins, name="asset-table-joins"),
    path("dashboards/<uuid:dashboard_id>/", dashboards.dashboard, name="asset-dashboard"),
    path("terms/<uuid:term_id>/", terms.term, name="asset-term"),
    *(
        path(f"{kind}s/<uuid:pk>/description/", descriptions.description, {"kind": kind}, f"asset-{kind}-description")
        for kind in descriptions.WRITERS
    ),
]
