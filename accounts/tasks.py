"""Jobs of the beat; each reads the clock once and calls its service."""

from celery import shared_task
from django.utils import timezone

from accounts import audit, sessions


@shared_task(ignore_result=True)
def forget_old_entries() -> None:
    audit.forget_old(timezone.now())


@shared_task(ignore_result=True)
def forget_expired_sessions() -> None:
    sessions.forget_expired(timezone.now())
