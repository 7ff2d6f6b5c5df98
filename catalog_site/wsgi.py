"""The WSGI application that gunicorn serves."""

import os
from wsgiref.types import StartResponse, WSGIEnvironment

from django.core.wsgi import get_wsgi_application
from django.http.response import HttpResponseBase

from catalog_site.content_types import reduced
from database.web import limit_connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "catalog_site.settings")
site = get_wsgi_application()
limit_connections()


def application(environ: WSGIEnvironment, start_response: StartResponse) -> HttpResponseBase:
    """Django behind a Content-Type that it can read: it makes its request, and reads that, before any middleware runs.

    What is refused is answered by `catalog_site.guard.BodyGuard`, with the headers and the line in the log of others.
    """
    if declared := environ.get("CONTENT_TYPE"):
        environ["CONTENT_TYPE"] = reduced(declared)
    return site(environ, start_response)
