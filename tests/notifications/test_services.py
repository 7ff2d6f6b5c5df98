from datetime import timedelta

import pytest
from django.core.mail.backends.base import BaseEmailBackend

from accounts.models import User
from notifications import services
from notifications.models import MAX_ATTEMPTS, Email, InboxMessage, PlannedEvent
from tests.factories import NOW, UserFactory
from tokens.scopes import Scope
from tokens.services import generate_token, revoke_token


class Refusing(BaseEmailBackend):
    """A provider that refuses every message to Ada, with a hostile explanation."""

    def send_messages(self, email_messages):
        if email_messages[0].to == ["ada@acme.test"]:
            raise OSError("no\r\nBcc: everybody")
        return 1


@pytest.fixture
def refusing(settings):
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"


def test_each_administrator_gets_one_email_for_an_event(acme, issued, carol, eve):
    other = UserFactory.create(email="second@acme.test", account=acme, role=User.Role.ADMIN)
    assert services.plan_emails(NOW) == 2
    assert services.plan_emails(NOW) == 0
    assert set(Email.objects.values_list("recipient__email", flat=True)) == {"ada@acme.test", other.email}


def test_a_replacement_is_one_email_that_names_both_tokens(acme, issued):
    services.plan_emails(NOW)
    newer = generate_token(acme, scope=Scope.READ_ONLY, by=None, now=NOW, replaces=issued.token.pk)
    assert services.plan_emails(NOW) == 1
    services.send_emails(NOW)
    message = InboxMessage.objects.first()
    assert message is not None
    assert issued.token.mask in message.text
    assert newer.token.mask in message.text


def test_without_an_administrator_the_email_stays_owed(acme, issued, ada):
    User.objects.filter(pk=ada.pk).update(status=User.Status.SUSPENDED)
    assert services.plan_emails(NOW) == 0
    assert not PlannedEvent.objects.exists()
    User.objects.filter(pk=ada.pk).update(status=User.Status.ACTIVATED)
    assert services.plan_emails(NOW) == 1


def test_sending_delivers_once_and_marks_it(planned):
    assert services.send_emails(NOW) == 1
    assert services.send_emails(NOW) == 0
    planned.refresh_from_db()
    assert (planned.state, planned.attempts) == (Email.State.SENT, 1)
    assert InboxMessage.objects.get().message_id == planned.message_id


def test_an_email_that_another_sender_holds_is_left_alone(planned):
    Email.objects.update(state=Email.State.SENDING, lease_until=NOW + timedelta(minutes=1))
    assert services.send_emails(NOW) == 0
    assert not InboxMessage.objects.exists()


def test_the_email_of_a_sender_that_died_is_sent_again_under_the_same_id(planned):
    services.send_emails(NOW)
    Email.objects.update(state=Email.State.SENDING, sent_at=None, lease_until=NOW - timedelta(seconds=1))
    assert services.send_emails(NOW) == 1
    assert InboxMessage.objects.count() == 1


def test_a_sender_that_lost_its_lease_changes_nothing(planned):
    Email.objects.update(state=Email.State.SENDING, lease_until=NOW)
    assert not services.settle(planned, NOW + timedelta(1), state=Email.State.SENT, sent_at=NOW)
    planned.refresh_from_db()
    assert planned.state == Email.State.SENDING


def test_somebody_who_administers_no_more_gets_nothing(planned, ada):
    User.objects.filter(pk=ada.pk).update(role=User.Role.VIEWER)
    assert services.send_emails(NOW) == 0
    planned.refresh_from_db()
    assert planned.state == Email.State.CANCELLED


def test_a_refused_email_waits_longer_each_time_and_keeps_its_id(planned, refusing):
    assert services.send_emails(NOW) == 0
    email = Email.objects.get()
    assert (email.state, email.attempts, email.message_id) == (Email.State.PENDING, 1, planned.message_id)
    assert email.next_attempt_at > NOW + timedelta(seconds=5)
    assert email.last_error == "OSError: no Bcc: everybody"
    assert email.delay() > planned.delay()


def test_after_the_last_attempt_it_has_failed_and_can_be_sent_again(planned, refusing, settings):
    Email.objects.update(attempts=MAX_ATTEMPTS - 1)
    services.send_emails(NOW)
    email = Email.objects.get()
    assert email.state == Email.State.FAILED
    assert services.send_again(email, now=NOW)
    settings.EMAIL_BACKEND = "notifications.inbox.InboxBackend"
    assert services.send_emails(NOW) == 1


def test_one_poisoned_email_stops_no_other(acme, issued, refusing):
    UserFactory.create(email="second@acme.test", account=acme, role=User.Role.ADMIN)
    services.plan_emails(NOW)
    assert services.send_emails(NOW) == 1
    assert Email.objects.get(recipient__email="second@acme.test").state == Email.State.SENT


def test_revoking_owes_an_email(planned, issued):
    revoke_token(issued.token, by=None, now=NOW)
    assert services.plan_emails(NOW) == 1
    assert Email.objects.filter(kind=Email.Kind.REVOKED).count() == 1
