"""The WSGI application that gunicorn serves."""

import gc
import os
from wsgiref.types import StartResponse, WSGIEnvironment

from django.core.wsgi import get_wsgi_application
from django.http.response import HttpResponseBase

from catalog_site.bodies import measured
from catalog_site.content_types import reduced
from database.web import limit_connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "catalog_site.settings")
site = get_wsgi_application()
limit_connections()
# A page of thousands of rows is no garbage, and neither is the program: looking through them took a third of its time.
gc.freeze()
gc.set_threshold(50_000, 20, 20)


def application(environ: WSGIEnvironment, start_response: StartResponse) -> HttpResponseBase:
    """Django behind a Content-Type that it can read and a body whose length it knows.

    It makes its request, and reads the type, before any middleware runs. What is refused is answered by
    `catalog_site.guard.BodyGuard`, with the headers and the line in the log of others.
    """
    if declared := environ.get("CONTENT_TYPE"):
        environ["CONTENT_TYPE"] = reduced(declared)
    if "HTTP_TRANSFER_ENCODING" in environ:
        measured(environ)
    return site(environ, start_response)
