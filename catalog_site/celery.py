"""The Celery application and its timetable, one line a job."""

import os
import socket
import time
from typing import Any

from celery import Celery
from celery.signals import after_task_publish, beat_init, setup_logging, task_postrun, worker_ready
from django.conf import settings
from django.utils import timezone

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "catalog_site.settings")

app = Celery("catalog_site")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


def every(seconds: float, task: str) -> dict[str, Any]:
    """`expires`: a job that waited longer than its interval is dropped, for the next one does its work."""
    return {"task": task, "schedule": seconds, "options": {"expires": seconds}}


@app.on_after_configure.connect  # not before: the settings import this module
def write_timetable(sender: Celery, **kwargs: Any) -> None:
    sender.conf.beat_schedule = {
        "plan-emails": every(settings.OUTBOX_INTERVAL, "notifications.tasks.plan_emails"),
        "send-emails": every(settings.OUTBOX_INTERVAL, "notifications.tasks.send_emails"),
        "sweep": every(settings.SWEEP_INTERVAL, "notifications.tasks.sweep"),
        "forget-workers": every(3600.0, "notifications.tasks.forget_workers"),
        "forget-old-entries": every(3600.0, "accounts.tasks.forget_old_entries"),
        "forget-old-uses": every(3600.0, "tokens.tasks.forget_old_uses"),
        "forget-expired-sessions": every(3600.0, "accounts.tasks.forget_expired_sessions"),
    }


@setup_logging.connect
def keep_django_logging(**kwargs: Any) -> None:
    """Connected so that Celery leaves the root logger, and with it the redaction of tokens, in place."""


# --- Signs of life: beat when it hands a job to the broker, a worker when it has done one --------

last_beat = 0.0  # monotonic seconds


def note(part: str, name: str = "") -> None:
    """Note it three times an interval; a database that is away must not stop beat or a worker."""
    global last_beat  # noqa: PLW0603  # of this process
    if last_beat and time.monotonic() - last_beat < settings.HEARTBEAT_INTERVAL / 3:
        return
    last_beat = time.monotonic()
    from notifications import heartbeats  # noqa: PLC0415  # models are not ready when Celery imports this module

    heartbeats.try_beat(heartbeats.Part(part), name=name, now=timezone.now())


@beat_init.connect
def beat_started(**kwargs: Any) -> None:
    after_task_publish.connect(job_was_published, weak=False)  # in beat's process alone
    note("beat")


def job_was_published(**kwargs: Any) -> None:
    note("beat")


@worker_ready.connect
@task_postrun.connect
def worker_lives(**kwargs: Any) -> None:
    note("worker", socket.gethostname())
