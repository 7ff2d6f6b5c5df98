"""What `bench outbox` compares us with: a Celery task per email, as projects write it that keep no outbox."""

import os

import django

django.setup()

from celery import shared_task  # noqa: E402  # Django has to be set up first
from django.utils import timezone  # noqa: E402

from catalog_site.celery import app  # noqa: E402
from notifications.emails import message_for  # noqa: E402
from notifications.models import Email  # noqa: E402

app.conf["CELERY_DB_REUSE_MAX"] = int(os.environ.get("DB_REUSE_MAX", "0"))


@shared_task(ignore_result=True, queue="bench")
def send_one(pk: int) -> None:
    """No claim, no second look, a connection of its own: it can lose an email or send it twice."""
    now = timezone.now()
    email = Email.objects.with_facts().get(pk=pk)
    message_for(email, now=now).send()
    Email.objects.filter(pk=pk).update(state=Email.State.SENT, sent_at=now, changed_at=now)
