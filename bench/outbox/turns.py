"""Ways to send what is owed, and turns of them: each sends the same emails to a mail server on this machine."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.services import create_account
from bench.outbox.job import send_one
from devtools.environment import ROOT
from devtools.processes import serve, stop
from notifications import delivery, events
from notifications.models import Email, afresh
from tokens.scopes import Scope
from tokens.services import generate_token

PIPES: dict[str, Any] = {"cwd": ROOT, "stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
State = Email.State
Send = Callable[[], object]  # sends everything


def owe(emails: int) -> None:
    """So many accounts whose administrator is owed one email."""
    now = timezone.now()
    for number in range(emails):
        account, _ = create_account(f"Owed {number}", admin_email=f"ada{number}@owed.test", by=None, now=now)
        generate_token(account, scope=Scope.READ_ONLY, by=None, now=now)
    events.plan_token_events(now)


class MailServer:
    """`mail_server.py` in a process of its own, which is where all emails go, of this process and its children."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self.asked, self.said = process.stdin, process.stdout
        settings.EMAIL_BACKEND = os.environ["EMAIL_BACKEND"] = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST = os.environ["EMAIL_HOST"] = "127.0.0.1"
        os.environ["EMAIL_PORT"] = self.said.readline().strip()
        settings.EMAIL_PORT = int(os.environ["EMAIL_PORT"])

    def came(self) -> dict[str, Any]:
        """What came since the last question."""
        self.asked.write("\n")
        self.asked.flush()
        found: dict[str, Any] = json.loads(self.said.readline())
        return found


@contextmanager
def mail_server() -> Iterator[MailServer]:
    with subprocess.Popen([sys.executable, "-m", "bench.outbox.mail_server"], **PIPES) as process:
        try:
            yield MailServer(process)
        finally:
            process.kill()


def turn(server: MailServer, send: Send) -> tuple[float, int]:
    """Emails a second, and the statements of this process. Every email has to arrive exactly once."""
    Email.objects.update(state=State.PENDING, sent_at=None, **afresh(timezone.now()))
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")  # no turn pays for the one before it
    server.came()
    with CaptureQueriesContext(connection) as captured:
        send()
    came = server.came()
    assert came["copies"] == dict.fromkeys(Email.objects.values_list("message_id", flat=True), 1)
    assert set(Email.objects.order_by().values_list("state", flat=True)) == {State.SENT}
    return (len(came["copies"]) - 1) / float(came["seconds"]), len(captured)


def one_by_one() -> None:
    for pk in list(Email.objects.order_by("pk").values_list("pk", flat=True)):
        send_one(pk)


def all_due() -> None:
    while delivery.send_emails(timezone.now()):
        pass


def by_worker(reuse: int) -> Send:
    """A worker with one process, whose queue is full before it starts."""

    def send() -> None:
        for pk in Email.objects.order_by("pk").values_list("pk", flat=True):
            send_one.delay(pk)
        command = [sys.executable, "-m", "celery", "--app=bench.outbox.job", "worker", "--concurrency=1", "-Qbench"]
        with tempfile.TemporaryDirectory(prefix="catalog-bench-worker-") as folder:
            here = os.environ | {"DB_REUSE_MAX": str(reuse), "VAR_DIR": folder, "CELERY_SKIP_CHECKS": "1"}
            worker = serve(command, log=Path(folder, "worker.log"), cwd=ROOT, env=here)
            try:
                wait_until_sent()
            finally:
                stop(worker, seconds=10)

    return send


def wait_until_sent(seconds: float = 300) -> None:
    deadline = time.monotonic() + seconds
    while Email.objects.exclude(state=State.SENT).exists():
        assert time.monotonic() < deadline, "not everything was sent"
        time.sleep(0.2)
