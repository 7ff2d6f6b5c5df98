"""A mail backend that does what a test tells it, and a sender of one email."""

from contextlib import closing
from types import SimpleNamespace
from typing import ClassVar

from django.core.mail.backends.base import BaseEmailBackend

from notifications import delivery
from notifications.claims import claim
from notifications.connections import Connection
from notifications.models import Email


class Provider(BaseEmailBackend):
    """A provider that raises what a test tells it to, and remembers the keys that it saw."""

    error: Exception | None = None
    keys: ClassVar[list[str]] = []

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.session = SimpleNamespace(headers={})

    def send_messages(self, email_messages):
        self.keys.append(self.session.headers["Idempotency-Key"])
        if self.error:
            raise self.error
        email_messages[0].anymail_status = SimpleNamespace(message_id="from-the-provider")
        return 1


def fails(monkeypatch, error):
    monkeypatch.setattr(Provider, "error", error)


def send_email(pk, *, now) -> bool:
    """Send a single email, as a run does, on a connection of its own."""
    claimed = claim(Email.objects.with_facts().get(pk=pk), now + Email.lease(), now=now)
    with closing(Connection()) as connection:
        return claimed is not None and delivery.deliver(claimed, connection, now=now, known={})
