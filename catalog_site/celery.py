"""The Celery application and its timetable, one line a job."""

import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "catalog_site.settings")

app = Celery("catalog_site")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def keep_django_logging(**kwargs: Any) -> None:
    """Connected so that Celery leaves the root logger, and with it the redaction of tokens, in place."""


OUTBOX_INTERVAL = 5.0  # seconds

# `expires`: a job that waited longer than its interval is dropped, for the next one does its work.
app.conf.beat_schedule = {
    "plan-emails": {
        "task": "notifications.tasks.plan_emails",
        "schedule": OUTBOX_INTERVAL,
        "options": {"expires": OUTBOX_INTERVAL},
    },
    "send-emails": {
        "task": "notifications.tasks.send_emails",
        "schedule": OUTBOX_INTERVAL,
        "options": {"expires": OUTBOX_INTERVAL},
    },
}
