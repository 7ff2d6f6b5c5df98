"""Jobs of the beat."""

from celery import shared_task
from django.utils import timezone

from accounts import audit


@shared_task(ignore_result=True)
def forget_old_entries() -> None:
    audit.forget_old(timezone.now())
