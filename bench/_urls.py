"""The site's addresses, and before them one at which all variants of `bench auth` are found equally fast."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt

from bench._variants import VARIANTS

VIEWS = {variant.view.__name__: variant.view.as_view() for variant in VARIANTS}


@csrf_exempt
def chosen(request: HttpRequest, name: str) -> HttpResponseBase:
    return VIEWS[name](request)


urlpatterns = [
    path("api/v1/bench/<str:name>", chosen),
    path("", include("catalog_site.urls")),
]
