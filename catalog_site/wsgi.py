"""The WSGI application that gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application

from database.web import limit_connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "catalog_site.settings")
application = get_wsgi_application()
limit_connections()
