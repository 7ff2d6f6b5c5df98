import signal
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from notifications import delivery, planning
from tokens import usage


class Command(BaseCommand):
    help = (
        "Plan what is owed and send what is due, once; forget who used a token more than 400 days ago. For sites "
        "without beat and workers: let cron call it every five minutes, and set EMAIL_JOBS=cron, so that /readyz "
        "expects nobody else."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        swept = planning.sweep(timezone.now())
        if swept is None:
            self.stderr.write("Another process is sweeping at this moment; only sending.")
        sent = 0
        while done := self.send():
            sent += done
        usage.forget_old(timezone.now())
        planned = swept.counts[planning.State.PENDING] if swept else 0
        self.stdout.write(f"{planned} planned, {sent} sent.")

    def send(self) -> int:
        """One run; the kernel ends it before a lease does, as a worker's time limit would."""
        signal.alarm(settings.CELERY_TASK_TIME_LIMIT)
        try:
            return delivery.send_emails(timezone.now())
        finally:
            signal.alarm(0)
