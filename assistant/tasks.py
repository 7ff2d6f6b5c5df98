"""Jobs of beat's timetable: each reads the clock once and calls its service. Safe to run twice or side by side."""

from celery import shared_task
from django.utils import timezone

from assistant import answering, services


@shared_task(ignore_result=True)
def answer_questions() -> None:
    answering.answer_questions(timezone.now())


@shared_task(ignore_result=True)
def forget_old() -> None:
    services.forget_old(timezone.now())
