import signal
import time
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, OutputWrapper
from django.utils import timezone

from accounts import audit, sessions
from catalog.index.catching_up import catch_up
from notifications import delivery, planning
from notifications.models import Email
from tokens import usage

ON_TERMINAL, ELSEWHERE = 1.0, 10.0  # seconds between two words of progress


class Command(BaseCommand):
    help = (
        "Plan what is owed and send what is due, once; index what the search has to find; forget who used a token more "
        "than 400 days ago, the audit log of more than AUDIT_DAYS ago, and sessions that have expired. For sites "
        "without beat and workers: let cron call it every five minutes, and set EMAIL_JOBS=cron, so that /readyz "
        "expects nobody else. Says how far it is: every second on a terminal, every ten seconds elsewhere; never with "
        "--verbosity 0."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        planned = planning.plan_about_people(timezone.now())
        swept = planning.sweep(timezone.now())
        if swept is None:
            self.stderr.write("Another process is sweeping at this moment; only sending.")
        talks = options["verbosity"] > 0
        progress = Progress(self.stdout, talks=talks)
        while self.send(progress):
            pass
        progress.end()
        catch_up(now=timezone.now())
        usage.forget_old(timezone.now())
        audit.forget_old(timezone.now())
        sessions.forget_expired(timezone.now())
        planned += swept.counts[planning.State.PENDING] if swept else 0
        if talks:
            self.stdout.write(f"{planned} planned, {progress.sent} sent.")

    def send(self, progress: "Progress") -> int:
        """One run; the kernel ends it before a lease does, as a worker's time limit would."""
        signal.alarm(settings.CELERY_TASK_TIME_LIMIT)
        try:
            return delivery.send_emails(timezone.now(), on_attempt=progress.tried)
        finally:
            signal.alarm(0)


@dataclass(slots=True)
class Progress:
    """How far the command is: emails sent, emails a second, emails left. On a terminal on one line, in place."""

    output: OutputWrapper
    talks: bool
    sent: int = 0
    begun: float = field(default_factory=time.monotonic)
    said: float = field(default_factory=time.monotonic)

    def tried(self, was_sent: bool) -> None:
        self.sent += was_sent
        if self.talks and time.monotonic() - self.said >= (ON_TERMINAL if self.output.isatty() else ELSEWHERE):
            self.said = time.monotonic()
            self.say()

    def say(self) -> None:
        left = Email.objects.due(timezone.now()).count()
        rate = self.sent / (time.monotonic() - self.begun)
        before, after = ("\r\x1b[K", "") if self.output.isatty() else ("", "\n")
        self.output.write(f"{before}{self.sent} sent, {rate:.0f} a second, {left} left{after}", ending="")
        self.output.flush()

    def end(self) -> None:
        """Clears the line, for what is said next."""
        if self.talks and self.output.isatty():
            self.output.write("\r\x1b[K", ending="")
