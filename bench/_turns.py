"""The turns of `bench outbox`, on the database of the settings."""

import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402  # Django has to be set up first
from django.db import connection  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench._figures import ratios, spread  # noqa: E402
from bench._jobs import send_one  # noqa: E402
from devtools.environment import ROOT  # noqa: E402
from devtools.processes import serve, stop  # noqa: E402
from notifications import delivery  # noqa: E402
from notifications.models import Email, afresh  # noqa: E402
from tests.faults.test_delivery import owe  # noqa: E402
from tests.processes import environment, program  # noqa: E402

BOUND = 4.0  # times as fast as the task per email
COUNTED = 50  # emails whose queries are counted
TASK, REUSING = "a task per email", "a task per email, CELERY_DB_REUSE_MAX"
OURS, TWO = "ours", "ours, two senders"
State = Email.State


def main() -> int:
    emails, rounds = map(int, sys.argv[1:])
    owe(emails)
    found: dict[str, list[float]] = {name: [] for name in VARIANTS}
    with mail_server() as server:
        for _ in range(rounds):
            for name in random.sample(list(VARIANTS), len(VARIANTS)):
                found[name].append(turn(server, VARIANTS[name]))
        queries = {TASK: counted(server, one_by_one), OURS: counted(server, all_due)}
    return report(found, emails, queries)


class MailServer:
    """`_smtp.py` in a process of its own."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self.asked, self.said = process.stdin, process.stdout
        self.port = int(self.said.readline())

    def came(self) -> dict[str, Any]:
        """What came since the last question."""
        self.asked.write("\n")
        self.asked.flush()
        found: dict[str, Any] = json.loads(self.said.readline())
        return found

    @property
    def variables(self) -> dict[str, str]:
        backend = "django.core.mail.backends.smtp.EmailBackend"
        return {"EMAIL_BACKEND": backend, "EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(self.port)}


@contextmanager
def mail_server() -> Iterator[MailServer]:
    command = [sys.executable, "-m", "bench._smtp"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield MailServer(process)
        finally:
            process.kill()


# --- Variants ------------------------------------------------------------------------------------

Send = Callable[[dict[str, str]], None]  # sends everything, with these variables of the environment


def by_worker(reuse: int) -> Send:
    """A worker with one process; the queue is full before it starts."""

    def send(variables: dict[str, str]) -> None:
        for pk in Email.objects.order_by("pk").values_list("pk", flat=True):
            send_one.delay(pk)
        command = [program("celery"), "--app=bench._jobs", "worker", "--concurrency=1", "--queues=bench"]
        with tempfile.TemporaryDirectory(prefix="catalog-bench-worker-") as folder:
            here = environment(**variables, DB_REUSE_MAX=str(reuse), VAR_DIR=folder, CELERY_SKIP_CHECKS="1")
            worker = serve(command, log=Path(folder, "worker.log"), cwd=ROOT, env=here)
            try:
                wait_until_sent()
            finally:
                stop(worker, seconds=10)

    return send


def by_senders(number: int) -> Send:
    def send(variables: dict[str, str]) -> None:
        command = [sys.executable, "-m", "bench._senders"]
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        with ExitStack() as stack:
            senders = [
                stack.enter_context(subprocess.Popen(command, cwd=ROOT, env=environment(**variables), **pipes))
                for _ in range(number)
            ]
            for sender in senders:
                assert sender.stdout is not None
                assert sender.stdout.readline() == "ready\n"
            for sender in senders:
                assert sender.stdin is not None
                sender.stdin.write("\n")
                sender.stdin.flush()
        wait_until_sent()

    return send


def wait_until_sent(seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while Email.objects.exclude(state=State.SENT).exists():
        assert time.monotonic() < deadline, "not everything was sent"
        time.sleep(0.2)


VARIANTS: dict[str, Send] = {
    TASK: by_worker(0),
    REUSING: by_worker(settings.CELERY_DB_REUSE_MAX),
    OURS: by_senders(1),
    TWO: by_senders(2),
}


# --- Turns ---------------------------------------------------------------------------------------


def turn(server: MailServer, send: Send) -> float:
    """Emails a second. Every email has to arrive exactly once."""
    owe_again()
    server.came()
    send(server.variables)
    came = server.came()
    assert came["copies"] == dict.fromkeys(Email.objects.values_list("message_id", flat=True), 1)
    assert set(Email.objects.order_by().values_list("state", flat=True)) == {State.SENT}
    return (len(came["copies"]) - 1) / float(came["seconds"])


def owe_again() -> None:
    now = timezone.now()
    Email.objects.update(state=State.PENDING, sent_at=None, **afresh(now))
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")  # no turn pays for the one before it


def counted(server: MailServer, send: Callable[[], object]) -> float:
    """Queries for an email, pages and all."""
    owe_again()
    Email.objects.exclude(pk__in=Email.objects.order_by("pk").values("pk")[:COUNTED]).update(
        state=State.SENT, sent_at=timezone.now()
    )
    settings.EMAIL_BACKEND, settings.EMAIL_PORT = server.variables["EMAIL_BACKEND"], server.port
    sent = Email.objects.filter(state=State.PENDING).count()
    with CaptureQueriesContext(connection) as captured:
        send()
    return len(captured) / sent


def one_by_one() -> None:
    for pk in list(Email.objects.filter(state=State.PENDING).values_list("pk", flat=True)):
        send_one(pk)


def all_due() -> None:
    delivery.send_emails(timezone.now())


# --- Figures -------------------------------------------------------------------------------------


def report(found: dict[str, list[float]], emails: int, queries: dict[str, float]) -> int:
    """The exit code: 1 when the bound is broken."""
    print(f"\n{emails:,} emails over SMTP, {connection.vendor}: median of {len(found[OURS])} rounds (quartiles)")
    print("| variant | emails a second | ratio to the task | ratio to the task that reuses | queries an email |")
    print("|---|---|---|---|---|")
    for name, rates in found.items():
        beside = [spread(ratios(rates, found[other]), ".2f") for other in (TASK, REUSING)]
        asked = queries[TASK if name in {TASK, REUSING} else OURS]
        print(f"| {name} | {spread(rates, '.0f')} | {' | '.join(beside)} | {asked:.1f} |")
    ratio = median(ratios(found[OURS], found[TASK]))
    kept = ratio >= BOUND
    print(f"\nBound: ours ÷ the task {ratio:.2f}, {BOUND} at the least: {'kept' if kept else 'BROKEN'}", flush=True)
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
