from django.urls import path

from api.graphql.views import GraphQLView

# No slash at its end, and none is added.
urlpatterns = [path("graphql", GraphQLView.as_view(), name="graphql")]
