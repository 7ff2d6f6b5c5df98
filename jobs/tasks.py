"""Jobs that keep the list of living workers."""

from celery import shared_task
from django.utils import timezone

from jobs import heartbeats


@shared_task(ignore_result=True)
def show_life() -> None:
    """Does nothing: that it ran shows that a worker serves the queue by which it came (`catalog_site/celery.py`)."""


@shared_task(ignore_result=True)
def forget_workers() -> None:
    heartbeats.forget_workers(timezone.now())
