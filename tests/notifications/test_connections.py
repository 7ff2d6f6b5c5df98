"""One connection for many emails: over real SMTP, and over a session of HTTP that a test looks into."""

import smtplib
from types import SimpleNamespace
from unittest.mock import Mock

import pytest
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from accounts.models import User
from notifications import connections, delivery, events
from notifications.connections import Connection, Smtp, SmtpBackend
from notifications.models import Email, Outbox
from tests.factories import NOW, UserFactory
from tests.mailserver import DROP, MailServer, running
from tests.notifications.backends import Provider, fails

State = Email.State


@pytest.fixture
def server(settings):
    with running(MailServer()) as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 5
        yield server


@pytest.fixture
def three(acme, issued):
    """Emails to Ada, Bob and Cid, due in this order."""
    for name in ("bob", "cid"):
        UserFactory.create(email=f"{name}@acme.test", account=acme, role=User.Role.ADMIN)
    events.plan_token_events(NOW)
    return list(Email.objects.order_by("pk"))


def states() -> list[str]:
    return list(Email.objects.order_by("pk").values_list("state", flat=True))


def message_ids(emails: list[Email]) -> list[str]:
    return [email.message_id for email in emails]


def test_one_connection_carries_all_emails_of_a_run(three, server):
    assert delivery.send_emails(NOW) == 3
    assert (server.connections, server.taken) == (1, message_ids(three))


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA", "BODY"])
def test_a_421_on_a_connection_that_was_used_is_no_failure(three, server, step):
    server.moods[2, step] = "421 too many messages"
    assert delivery.send_emails(NOW) == 3
    assert (server.connections, server.taken) == (2, message_ids(three))
    assert set(Email.objects.values_list("attempts", "last_error")) == {(1, "")}
    assert Outbox.current().last_failure == ""


@pytest.mark.parametrize(
    ("step", "mood"),
    [
        ("MAIL", DROP),
        ("RCPT", DROP),
        ("MAIL", "452 too many messages"),
        ("MAIL", "503 what?"),
        ("RCPT", "452 too many recipients"),
        ("RCPT", "552 too many recipients"),
    ],
)
def test_what_breaks_before_the_message_was_given_is_no_failure_of_a_used_connection(three, server, step, mood):
    server.moods[2, step] = mood
    assert delivery.send_emails(NOW) == 3
    assert (server.connections, server.taken) == (2, message_ids(three))
    assert Outbox.current().last_failure == ""


@pytest.mark.parametrize("mood", [DROP, "421 idle for too long"])
def test_a_connection_that_ended_between_two_emails_is_opened_anew(three, server, mood):
    server.moods[1, "IDLE"] = server.moods[2, "IDLE"] = mood
    assert delivery.send_emails(NOW) == 3
    assert (server.connections, server.taken) == (3, message_ids(three))
    assert Outbox.current().last_failure == ""


@pytest.mark.parametrize(("step", "taken"), [("DATA", [0, 2]), ("BODY", [0, 1, 2])])
def test_a_message_whose_answer_was_lost_is_not_given_again_at_once(three, server, step, taken):
    server.moods[2, step] = DROP
    assert delivery.send_emails(NOW) == 2
    assert states() == [State.SENT, State.PENDING, State.SENT]
    assert (server.connections, server.taken) == (2, [three[place].message_id for place in taken])
    assert "SMTPServerDisconnected" in Email.objects.get(state=State.PENDING).last_error


def test_a_connection_that_breaks_at_its_first_email_has_failed(three, server):
    server.moods[1, "MAIL"] = DROP
    assert delivery.send_emails(NOW) == 2
    assert states() == [State.PENDING, State.SENT, State.SENT]


def test_a_connection_that_breaks_twice_has_failed(three, server):
    server.moods[2, "MAIL"] = server.moods[3, "MAIL"] = DROP
    assert delivery.send_emails(NOW) == 2
    assert states() == [State.SENT, State.PENDING, State.SENT]
    assert server.connections == 3


def test_a_refused_recipient_costs_the_others_nothing(three, server):
    server.moods[2, "RCPT"] = "550 nobody here"
    assert delivery.send_emails(NOW) == 2
    assert states() == [State.SENT, State.FAILED, State.SENT]
    assert server.connections == 1


@pytest.mark.parametrize("step", ["DATA", "BODY"])
def test_a_refused_message_leaves_nothing_behind_for_the_next(three, server, step):
    server.moods[2, step] = "451 later"
    assert delivery.send_emails(NOW) == 2
    assert states() == [State.SENT, State.PENDING, State.SENT]
    assert server.connections == 2
    assert Outbox.current().paused_at is None


def test_wrong_credentials_pause_everything_and_are_tried_once(three, server, settings):
    server.password, settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = b"right", "catalog", "wrong"
    assert delivery.send_emails(NOW) == 0
    assert set(Email.objects.values_list("state", "attempts")) == {(State.PENDING, 0)}
    assert "535" in Outbox.current().pause_reason
    assert server.connections == 1


def test_credentials_that_end_with_the_connection_are_no_attempt(three, server, settings):
    server.password, settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = b"right", "catalog", "right"
    server.moods[1, "IDLE"] = DROP
    seen: list[bool] = []

    def revoke(sent):
        seen.append(sent)
        server.password = b"another"

    assert delivery.send_emails(NOW, on_attempt=revoke) == 1
    assert states() == [State.SENT, State.PENDING, State.PENDING]
    assert (seen, Outbox.current().paused_by) == ([True, False], "")
    assert Email.objects.filter(attempts=0).count() == 2


def test_each_message_has_its_own_key_and_leaves_it_nowhere(three, provider):
    assert delivery.send_emails(NOW) == 3
    assert provider.keys == [email.idempotency_key for email in three]
    connection = Connection()
    connection.send(EmailMessage(), key="one")
    assert connection.backend.session.headers == {}


def test_a_failed_message_leaves_its_key_nowhere(provider, monkeypatch):
    connection = Connection()
    connection.send(EmailMessage(), key="one")
    session = connection.backend.session
    fails(monkeypatch, TimeoutError())
    with pytest.raises(TimeoutError):
        connection.send(EmailMessage(), key="two")
    assert session.headers == {}
    assert provider.keys == ["one", "two"]


def test_a_failure_without_a_word_of_smtp_is_never_tried_again_at_once(three, provider, monkeypatch):
    fails(monkeypatch, ConnectionResetError())
    assert delivery.send_emails(NOW) == 0
    assert len(provider.keys) == 3


@pytest.mark.parametrize(("use_ssl", "of"), [(False, smtplib.SMTP), (True, smtplib.SMTP_SSL)])
def test_sessions_know_whether_data_began_with_and_without_tls(use_ssl, of):
    session = SmtpBackend(use_ssl=use_ssl).connection_class
    assert issubclass(session, Smtp)
    assert issubclass(session, of)


class Sulking(BaseEmailBackend):
    def send_messages(self, email_messages):
        return 1

    def close(self):
        raise OSError("no goodbye")


def test_a_goodbye_that_fails_takes_nothing_back(planned, settings, caplog):
    settings.EMAIL_BACKEND = f"{__name__}.Sulking"
    assert delivery.send_emails(NOW) == 1
    assert Email.objects.get().state == State.SENT
    assert "connection_not_closed" in caplog.text


def test_nothing_is_opened_when_nothing_is_due(db, monkeypatch):
    monkeypatch.setattr(connections, "get_connection", None)
    assert delivery.send_emails(NOW) == 0


def test_the_connection_is_closed_at_the_end(planned, settings, monkeypatch):
    close = Mock()
    monkeypatch.setattr(Provider, "close", close)
    settings.EMAIL_BACKEND = "tests.notifications.backends.Provider"
    delivery.send_emails(NOW)
    close.assert_called_once_with()


def test_a_session_of_smtp_that_smtplib_closed_is_dropped():
    connection = Connection()
    connection.backend = SimpleNamespace(connection=smtplib.SMTP(), close=lambda: None)
    connection.drop_if_ended()
    assert connection.backend is None
