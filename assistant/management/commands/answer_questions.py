import signal
import threading
import time
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from assistant import answering, services

FORGETS_EVERY = 3_600.0  # seconds, as beat does


class TookTooLong(Exception):
    """An attempt did not end by itself."""


class Command(BaseCommand):
    help = (
        "Answer the questions that wait, once, and forget those older than ASSISTANT_RETENTION_DAYS. For sites without "
        "beat and workers. With --watch go on until SIGTERM or Ctrl-C; the question at hand is answered before."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--watch", action="store_true", help="go on, with a look at the queue every second")

    def handle(self, *args: Any, **options: Any) -> None:
        stopped = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopped.set())
        signal.signal(signal.SIGALRM, give_up)
        attempts, forgot = 0, -FORGETS_EVERY
        while True:
            try:
                while not stopped.is_set() and self.answer_next():
                    attempts += 1
                if time.monotonic() >= forgot + FORGETS_EVERY:
                    services.forget_old(timezone.now())
                    forgot = time.monotonic()
            except (InterfaceError, OperationalError):
                if not options["watch"]:
                    raise
                connection.close()  # the next statement opens another one
                self.stderr.write("The database is away: looking again in a moment.")
            if not options["watch"] or stopped.wait(settings.ASSISTANT_INTERVAL):
                break
        if options["verbosity"] > 0:
            self.stdout.write(f"{attempts} attempts made.")

    def answer_next(self) -> bool:
        """One attempt, which is ended as a worker's time limit would end it."""
        signal.alarm(settings.QUEUE_LIMITS["assistant"][0])
        try:
            return answering.answer_next(timezone.now())
        finally:
            signal.alarm(0)


def give_up(number: int, frame: FrameType | None) -> None:
    raise TookTooLong
