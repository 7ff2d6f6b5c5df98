"""Jobs of the beat."""

from celery import shared_task
from django.utils import timezone

from accounts import sessions


@shared_task(ignore_result=True)
def forget_expired_sessions() -> None:
    sessions.forget_expired(timezone.now())
