"""The site's addresses, and before them one at which all variants of `bench auth` are found equally fast."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt

from bench.auth.variants import VARIANTS

VIEWS = {variant.view.__name__: variant.view.as_view() for variant in VARIANTS}


@csrf_exempt
def chosen(request: HttpRequest, name: str) -> HttpResponseBase:
    view = VIEWS[name]
    return view(request)  # type: ignore[no-any-return]  # DRF says nothing of it


urlpatterns = [path("api/v1/bench/<str:name>", chosen), path("", include("catalog_site.urls"))]
