"""Jobs of beat's timetable: each reads the clock once and calls its service. Safe to run twice or side by side."""

from celery import shared_task
from django.utils import timezone

from ingestion import importing, store


@shared_task(ignore_result=True)
def remove_orphans() -> None:
    store.remove_orphans(timezone.now())


@shared_task(ignore_result=True)
def import_waiting() -> None:
    importing.import_waiting(timezone.now())
