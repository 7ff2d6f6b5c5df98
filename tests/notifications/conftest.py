from unittest.mock import Mock

import pytest

from jobs import heartbeats
from notifications import events
from notifications.models import Email
from tests.factories import NOW
from tests.notifications.backends import Provider
from tokens.services import IssuedToken


@pytest.fixture(autouse=True)
def inbox(settings):
    """Mail goes to the embedded inbox, which pytest-django's own outbox would replace."""
    settings.EMAIL_BACKEND = "notifications.inbox.InboxBackend"


@pytest.fixture(autouse=True)
def no_full_sweep(monkeypatch):
    """What the schedule lacks is not found here; otherwise the first sweep of a test would check everything."""
    monkeypatch.setattr(heartbeats, "full_sweep_is_due", Mock(return_value=False))


@pytest.fixture
def planned(issued: IssuedToken) -> Email:
    """The email to Ada that her generating a token owes."""
    events.plan_token_events(NOW)
    return Email.objects.get()


@pytest.fixture
def provider(settings, monkeypatch):
    settings.EMAIL_BACKEND = "tests.notifications.backends.Provider"
    monkeypatch.setattr(Provider, "keys", [])
    return Provider
