from django.urls import path, re_path

from api.doors import NowhereView
from api.graphql.views import GraphQLView

urlpatterns = [
    path("graphql", GraphQLView.as_view(), name="graphql"),  # no slash at its end, and none is added
    re_path(r"", NowhereView.as_view(), name="public-nowhere"),
]
