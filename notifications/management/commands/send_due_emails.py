from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from notifications import delivery, planning


class Command(BaseCommand):
    help = (
        "Plan what is owed and send what is due, once. For sites without beat and workers: let cron call it every "
        "five minutes, and set EMAIL_JOBS=cron so that /readyz expects nobody else."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        swept = planning.sweep(timezone.now())
        if swept is None:
            self.stderr.write("Another process is sweeping at this moment; only sending.")
        sent = delivery.send_emails(timezone.now())
        planned = swept.counts[planning.State.PENDING] if swept else 0
        self.stdout.write(f"{planned} planned, {sent} sent.")
