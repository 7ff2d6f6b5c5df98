"""Wiring: settings, addresses, jobs. Nothing imports it but the servers that start the site."""

from catalog_site.celery import app as celery_app

__all__ = ["celery_app"]
