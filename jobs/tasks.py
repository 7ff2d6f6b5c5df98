"""Jobs about those who do the jobs."""

from celery import shared_task
from django.utils import timezone

from jobs import heartbeats


@shared_task(ignore_result=True)
def show_life() -> None:
    """Nothing: that it was done says that somebody serves the queue by which it came."""


@shared_task(ignore_result=True)
def forget_workers() -> None:
    heartbeats.forget_workers(timezone.now())
