"""The ASGI application, for platforms that want one; production serves WSGI."""

import os

from django.core.asgi import get_asgi_application

from database.web import limit_connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "catalog_site.settings")
application = get_asgi_application()
limit_connections()
