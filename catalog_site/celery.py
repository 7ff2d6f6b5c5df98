"""The Celery application and its timetable, one line a job.

Nothing here asks for the time of day: a clock that steps must neither stop jobs nor drop them (decision 0020).
"""

import gc
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from celery import Celery, Task
from celery.app.task import Context
from celery.platforms import set_pdeathsig  # type: ignore[attr-defined]  # the stubs leave it out
from celery.schedules import schedule
from celery.signals import (
    after_task_publish,
    beat_embedded_init,
    beat_init,
    setup_logging,
    task_postrun,
    worker_before_create_process,
    worker_ready,
)
from django.conf import settings
from django.db import connection
from django.utils import timezone

from jobs import queues

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "catalog_site.settings")


class Job(Task):
    """A task that skips a run of the timetable when this process began one less than half an interval ago.

    `expires` would do that by comparing beat's time of day with the worker's.
    """

    abstract = True
    begun: float | None = None  # monotonic seconds

    @classmethod
    def on_bound(cls, app: Celery) -> None:
        """Its time limits are those of its queue."""
        cls.soft_time_limit, cls.time_limit = queues.limits_of(cls.name)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        moment, interval = time.monotonic(), self.request.get("interval")  # none of a task that beat did not send
        if interval and self.begun is not None and moment - self.begun < interval / 2:
            return None
        self.begun = moment
        with at_work(self.request):
            return self.run(*args, **kwargs)


app = Celery("catalog_site", task_cls=Job)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


def steady_now() -> datetime:
    """Beat's clock: only differences count, and no step of the host's clock changes them."""
    return BEGINNING + timedelta(seconds=time.monotonic())


def every(seconds: float, task: str, **options: Any) -> dict[str, Any]:
    """A job that is due when beat starts, and then every so many seconds."""
    return {
        "task": task,
        "schedule": schedule(seconds, nowfun=steady_now),
        "last_run_at": steady_now() - timedelta(seconds=seconds),
        "options": {"headers": {"interval": seconds}} | options,
    }


@app.on_after_configure.connect  # not before: the settings import this module
def write_timetable(sender: Celery, **kwargs: Any) -> None:
    life = {
        f"show-life-on-{queue}": every(settings.HEARTBEAT_INTERVAL / 2, "jobs.tasks.show_life", queue=queue)
        for queue in queues.expected()
    }
    sender.conf.beat_schedule = life | {
        "plan-emails": every(settings.OUTBOX_INTERVAL, "notifications.tasks.plan_emails"),
        "send-emails": every(settings.OUTBOX_INTERVAL, "notifications.tasks.send_emails"),
        "index-what-is-due": every(2.0, "catalog.tasks.index_what_is_due"),
        "answer-questions": every(settings.ASSISTANT_INTERVAL, "assistant.tasks.answer_questions"),
        "sweep": every(settings.SWEEP_INTERVAL, "notifications.tasks.sweep"),
        "forget-workers": every(3600.0, "jobs.tasks.forget_workers"),
        "forget-old-entries": every(3600.0, "accounts.tasks.forget_old_entries"),
        "forget-old-uses": every(3600.0, "tokens.tasks.forget_old_uses"),
        "forget-old-questions": every(3600.0, "assistant.tasks.forget_old"),
        "import-waiting": every(settings.IMPORT_INTERVAL, "ingestion.tasks.import_waiting"),
        "remove-orphaned-uploads": every(3600.0, "ingestion.tasks.remove_orphans"),
        "forget-expired-sessions": every(3600.0, "accounts.tasks.forget_expired_sessions"),
    }


@setup_logging.connect
def keep_django_logging(**kwargs: Any) -> None:
    """Connected so that Celery leaves the root logger, and with it the redaction of tokens, in place."""


@worker_before_create_process.connect
def share_memory(**kwargs: Any) -> None:
    """Before a worker forks: a look for garbage in the child would copy every page that it shares with its parent."""
    gc.collect()
    gc.freeze()


# --- Signs of life: beat when it hands a job to the broker, a worker when it has done one or is at one --------

noted: dict[str, float] = {}  # by name, monotonic seconds


def note(part: str, name: str = "") -> None:
    """Note it three times an interval; a database that is away must not stop beat or a worker."""
    moment = time.monotonic()
    if name in noted and moment - noted[name] < settings.HEARTBEAT_INTERVAL / 3:
        return
    noted[name] = moment
    from jobs import heartbeats  # noqa: PLC0415  # models are not ready when Celery imports this module

    heartbeats.try_beat(heartbeats.Part(part), name=name, now=timezone.now())


def note_worker(queue: str) -> None:
    note("worker", f"{queue}@{socket.gethostname()}")


@contextmanager
def at_work(request: Context) -> Iterator[None]:
    """Show signs of life for the job's queue as long as the job lasts, from a thread."""
    queue = (request.delivery_info or {}).get("routing_key")
    done = threading.Event()
    if queue:
        threading.Thread(target=note_until, args=(done, queue), daemon=True).start()
    try:
        yield
    finally:
        done.set()


def note_until(done: threading.Event, queue: str) -> None:
    while not done.wait(settings.HEARTBEAT_INTERVAL / 3):
        note_worker(queue)
    connection.close()  # this thread's own


@beat_init.connect
def beat_started(**kwargs: Any) -> None:
    after_task_publish.connect(job_was_published, weak=False)  # in beat's process alone
    note("beat")


@beat_embedded_init.connect
def embedded_beat_started(**kwargs: Any) -> None:
    """Of a worker with `--beat`: a process of its own, which must not outlive the worker, however that ends."""
    set_pdeathsig("SIGKILL")
    beat_started()


def job_was_published(**kwargs: Any) -> None:
    note("beat")


@worker_ready.connect
def worker_started(sender: Any, **kwargs: Any) -> None:
    for queue in queues.expected():
        if queue in sender.app.amqp.queues.consume_from:
            note_worker(queue)


@task_postrun.connect
def job_was_done(task: Task, **kwargs: Any) -> None:
    if queue := (task.request.delivery_info or {}).get("routing_key"):
        note_worker(queue)
