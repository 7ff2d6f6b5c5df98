"""Jobs of beat's timetable: each reads the clock once and calls its service. Safe to run twice or side by side."""

from celery import shared_task
from django.utils import timezone

from notifications import delivery, planning


@shared_task(ignore_result=True)
def plan_emails() -> None:
    planning.plan_emails(timezone.now())


@shared_task(ignore_result=True)
def send_emails() -> None:
    delivery.send_emails(timezone.now())


@shared_task(ignore_result=True)
def sweep() -> None:
    planning.sweep(timezone.now())
