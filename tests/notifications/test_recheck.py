"""What is asked once more at the moment of sending."""

from datetime import timedelta

import pytest

from accounts.models import User
from notifications import delivery, events, planning
from notifications.models import Email
from tests.factories import NOW, UserFactory
from tokens.scopes import Scope
from tokens.services import generate_token

State = Email.State


def test_an_event_is_told_to_whoever_administers_when_it_is_sent(acme, ada, planned):
    User.objects.filter(pk=ada.pk).update(status=User.Status.SUSPENDED)
    delivery.send_emails(NOW)
    assert events.plan_token_events(NOW) == 0
    bob = UserFactory.create(email="bob@acme.test", account=acme, role=User.Role.ADMIN)
    assert events.plan_token_events(NOW) == 1
    delivery.send_emails(NOW + timedelta(seconds=1))
    assert Email.objects.get(recipient=bob).state == State.SENT
    assert Email.objects.get(recipient=ada).state == State.CANCELLED


def test_who_comes_back_is_told_after_all(ada, planned):
    User.objects.filter(pk=ada.pk).update(role=User.Role.VIEWER)
    delivery.send_emails(NOW)
    User.objects.filter(pk=ada.pk).update(role=User.Role.ADMIN)
    assert events.plan_token_events(NOW) == 1
    assert delivery.send_emails(NOW + timedelta(seconds=1)) == 1


def test_an_event_that_somebody_was_told_of_is_settled(acme, ada, planned):
    UserFactory.create(email="bob@acme.test", account=acme, role=User.Role.ADMIN)
    Email.objects.update(state=State.SENT, sent_at=NOW)
    second = generate_token(acme, scope=Scope.READ_WRITE, by=None, now=NOW).token
    events.plan_token_events(NOW)
    User.objects.filter(email="bob@acme.test").update(role=User.Role.VIEWER)
    delivery.send_emails(NOW)
    assert events.plan_token_events(NOW) == 0
    assert Email.objects.filter(token=second, state=State.SENT).get().recipient == ada


def test_a_late_notice_is_not_missed_when_somebody_else_was_told(acme, ada, issued):
    UserFactory.create(email="bob@acme.test", account=acme, role=User.Role.ADMIN)
    planning.sweep(issued.token.expires_at)
    Email.objects.filter(event=None, recipient=ada).update(state=State.SENT, sent_at=NOW)
    Email.objects.filter(event__isnull=False).delete()
    delivery.send_emails(issued.token.expires_at + timedelta(days=2))
    assert Email.objects.exclude(recipient=ada).get().state == State.SUPERSEDED


@pytest.mark.parametrize(
    ("planned_days", "sent_days", "state"),
    [
        (7, 6, State.SENT),
        (7, 1, State.SUPERSEDED),
        (1, 0, State.SUPERSEDED),
        (0, -0.9, State.SENT),
        (0, -1.1, State.MISSED),
    ],
)
def test_a_notice_that_waited_too_long_is_not_sent(issued, planned_days, sent_days, state):
    planning.sweep(issued.token.expires_at - timedelta(days=planned_days))
    Email.objects.filter(event__isnull=False).delete()
    delivery.send_emails(issued.token.expires_at - timedelta(days=sent_days))
    assert Email.objects.get().state == state


def test_word_of_another_token_or_another_notice_is_no_word_of_this_one(acme, umbrella, ada, eve, issued):
    end = issued.token.expires_at
    generate_token(umbrella, scope=Scope.READ_ONLY, by=None, now=NOW)
    planning.sweep(end - timedelta(days=7))
    Email.objects.update(state=State.SENT, sent_at=NOW)
    planning.sweep(end)
    Email.objects.filter(kind="expired", recipient=eve).update(state=State.SENT, sent_at=NOW)
    delivery.send_emails(end + timedelta(days=2))
    assert Email.objects.get(kind="expired", recipient=ada).state == State.MISSED
