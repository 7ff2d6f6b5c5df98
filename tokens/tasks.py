"""Jobs that Celery beat starts."""

from celery import shared_task
from django.utils import timezone

from tokens import usage


@shared_task(ignore_result=True)
def forget_old_uses() -> None:
    usage.forget_old(timezone.now())
