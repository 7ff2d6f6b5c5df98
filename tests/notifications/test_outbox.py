"""The outbox as a whole: paused, held, failing; and what operators decide about single emails."""

import smtplib
from datetime import timedelta

import pytest
import requests
from anymail.exceptions import AnymailRequestsAPIError
from django.template import TemplateSyntaxError

from accounts.actors import Actor
from accounts.models import AuditEntry, User
from notifications import delivery, events, planning
from notifications.failures import Failure, Verdict
from notifications.models import Email, Outbox, PlannedEvent
from tests.factories import NOW, UserFactory
from tests.notifications.backends import fails, send_email
from tokens.scopes import Scope
from tokens.services import generate_token

State = Email.State
OLGA = Actor("olga@catalog.test", door="admin")
TOO_MUCH = Failure(Verdict.TRANSIENT, "429", is_rate_limited=True)


def limited(retry_after):
    response = requests.Response()
    response.status_code, response._content = 429, b"{}"
    response.headers["Retry-After"] = retry_after
    return AnymailRequestsAPIError("slow down", response=response)


def test_refused_credentials_pause_everything_and_are_no_attempt(planned, provider, monkeypatch, caplog):
    fails(monkeypatch, smtplib.SMTPAuthenticationError(535, b"no"))
    delivery.send_emails(NOW)
    email, outbox = Email.objects.get(), Outbox.current()
    assert (email.state, email.attempts, email.first_attempt_at) == (State.PENDING, 0, None)
    assert "535" in outbox.pause_reason
    assert "outbox_paused" in caplog.text
    fails(monkeypatch, None)
    assert delivery.send_emails(NOW) == 0
    assert delivery.resume(by=None, now=NOW)
    assert delivery.send_emails(NOW + timedelta(seconds=5)) == 1


def test_a_pause_says_who_and_why_and_is_not_taken_over(db):
    assert delivery.pause(by=OLGA, reason="moving", now=NOW)
    assert not delivery.pause(by=None, reason="other", now=NOW)
    assert Outbox.current().pause_reason == "moving"


def test_a_provider_that_asks_for_time_gets_it_from_everybody(planned, provider, monkeypatch):
    fails(monkeypatch, limited(retry_after="60"))
    delivery.send_emails(NOW)
    fails(monkeypatch, None)
    Email.objects.update(next_attempt_at=NOW)
    assert delivery.send_emails(NOW + timedelta(seconds=59)) == 0
    assert delivery.send_emails(NOW + timedelta(seconds=65)) == 1
    assert Outbox.current().failing_since is None


@pytest.mark.parametrize("error", [limited(""), limited("0"), smtplib.SMTPSenderRefused(421, b"4.7.0 slow down", "us")])
def test_a_provider_that_only_says_too_much_is_left_alone_by_everybody(acme, planned, provider, monkeypatch, error):
    UserFactory.create(account=acme, role=User.Role.ADMIN)
    PlannedEvent.objects.all().delete()
    events.plan_token_events(NOW)
    fails(monkeypatch, error)
    assert delivery.send_emails(NOW) == delivery.send_emails(NOW + timedelta(seconds=29)) == 0
    assert sorted(Email.objects.values_list("attempts", flat=True)) == [0, 1]
    fails(monkeypatch, None)
    assert delivery.send_emails(NOW + timedelta(seconds=31)) == 2


def test_each_pause_is_twice_as_long_until_there_is_an_answer(db):
    now, pauses = NOW, []
    for _ in range(8):
        delivery.note_provider_fails(TOO_MUCH, now=now)
        held = Outbox.current().held_until
        assert held is not None
        pauses.append((held - now).total_seconds())
        now = held
    assert pauses == [30, 30, 60, 120, 240, 480, 600, 600]
    delivery.note_provider_works()
    delivery.note_provider_fails(TOO_MUCH, now=now)
    assert Outbox.current().held_until == now + timedelta(seconds=30)


def test_a_shorter_word_does_not_take_back_a_longer_one(planned, provider, monkeypatch):
    fails(monkeypatch, limited(retry_after="600"))
    send_email(planned.pk, now=NOW)
    delivery.note_provider_fails(Failure(Verdict.TRANSIENT, "503"), now=NOW)
    delivery.note_provider_fails(Failure(Verdict.TRANSIENT, "429", timedelta(seconds=5)), now=NOW)
    delivery.note_provider_works()
    assert Outbox.current().held_until == NOW + timedelta(minutes=10)


def test_an_email_that_is_turned_away_shows_that_the_provider_works(planned, provider, monkeypatch):
    delivery.note_provider_fails(Failure(Verdict.TRANSIENT, "503"), now=NOW)
    fails(monkeypatch, smtplib.SMTPDataError(554, b"no"))
    send_email(planned.pk, now=NOW)
    assert Outbox.current().failing_since is None


def test_a_pause_takes_no_time_of_the_retry_window(planned, provider, monkeypatch):
    fails(monkeypatch, TimeoutError())
    send_email(planned.pk, now=NOW)
    fails(monkeypatch, None)
    delivery.pause(by=OLGA, reason="weekend", now=NOW + timedelta(hours=1))
    monday = NOW + timedelta(hours=60)
    delivery.resume(by=None, now=monday)
    assert Email.objects.get().first_attempt_at == NOW + timedelta(hours=59)
    assert delivery.send_emails(monday) == 1


def test_a_poisoned_email_is_no_failure_of_the_provider(planned, provider, monkeypatch):
    fails(monkeypatch, TemplateSyntaxError("oops"))
    send_email(planned.pk, now=NOW)
    assert Outbox.current().failing_since is None


def test_the_first_failure_of_many_says_since_when(db):
    for minutes in (0, 1):
        delivery.note_provider_fails(Failure(Verdict.TRANSIENT, "slow"), now=NOW + timedelta(minutes=minutes))
    assert Outbox.current().failing_since == NOW


@pytest.mark.parametrize("state", [State.SENT, State.PENDING, State.SENDING, State.CANCELLED, State.MISSED])
def test_only_failed_emails_are_sent_again(planned, state):
    times = {"sent_at": NOW if state == State.SENT else None, "lease_until": NOW if state == State.SENDING else None}
    Email.objects.update(state=state, **times)
    assert not delivery.send_again([planned], by=None, now=NOW)
    assert Email.objects.get().state == state


def test_sending_again_begins_from_the_first_attempt(planned):
    Email.objects.update(state=State.FAILED, attempts=32, first_attempt_at=NOW, last_error="no")
    later = NOW + timedelta(days=3)
    assert delivery.send_again([planned], by=None, now=later)
    email = Email.objects.get()
    assert (email.state, email.attempts, email.first_attempt_at, email.last_error) == (State.PENDING, 0, None, "")
    assert (email.next_attempt_at, email.changed_at) == (later, later)


def test_dismissing_says_who_decided(planned):
    Email.objects.update(state=State.MISSED)
    assert delivery.dismiss([planned], by=OLGA, now=NOW)
    assert (Email.objects.get().state, Email.objects.get().last_error) == (
        State.DISMISSED,
        "dismissed by olga@catalog.test",
    )
    assert not delivery.dismiss([planned], by=OLGA, now=NOW)


def test_what_waits_can_be_dismissed_and_what_was_sent_cannot(planned):
    assert delivery.dismiss([planned], by=OLGA, now=NOW)
    assert delivery.send_emails(NOW) == 0
    Email.objects.update(state=State.SENT, sent_at=NOW)
    assert not delivery.dismiss([planned], by=OLGA, now=NOW)


def test_what_was_dismissed_stays_unsent(issued):
    end = issued.token.expires_at
    planning.sweep(end)
    email = Email.objects.get(event=None)
    Email.objects.filter(pk=email.pk).update(state=State.FAILED)
    delivery.dismiss([email], by=OLGA, now=end)
    planning.sweep(end + timedelta(hours=1))
    planning.sweep(end + timedelta(days=2))
    email.refresh_from_db()
    assert email.state == State.DISMISSED


def test_sending_again_and_dismissing_touch_the_chosen_email_alone(acme, planned):
    UserFactory.create(email="zoe@acme.test", account=acme, role=User.Role.ADMIN)
    generate_token(acme, scope=Scope.READ_WRITE, by=None, now=NOW)
    events.plan_token_events(NOW)
    Email.objects.update(state=State.FAILED)
    delivery.send_again([planned], by=None, now=NOW)
    assert list(Email.objects.filter(state=State.PENDING)) == [planned]
    delivery.dismiss([Email.objects.filter(state=State.FAILED)[0]], by=OLGA, now=NOW)
    assert Email.objects.filter(state=State.FAILED).count() == 1


def test_emails_that_are_sent_again_or_dismissed_are_one_entry_for_each_account(acme, umbrella, eve, planned):
    generate_token(umbrella, scope=Scope.READ_ONLY, by=None, now=NOW)
    generate_token(acme, scope=Scope.READ_WRITE, by=None, now=NOW)
    events.plan_token_events(NOW)
    for act, by in ((delivery.send_again, OLGA), (delivery.dismiss, None)):
        AuditEntry.objects.all().delete()
        Email.objects.update(state=State.FAILED)
        assert act(Email.objects.all(), by=by, now=NOW) == 3
        assert act(Email.objects.all(), by=by, now=NOW) == 0
        entries = AuditEntry.objects.order_by("account__slug")
        name = by.name if by else "system"
        assert [(entry.account, entry.operation, entry.actor_name, entry.count, entry.detail) for entry in entries] == [
            (acme, act.__name__, name, 2, "ada@acme.test"),
            (umbrella, act.__name__, name, 1, "eve@umbrella.test"),
        ]


def test_pausing_and_resuming_are_entries_of_no_account(db):
    for _ in range(2):
        delivery.pause(by=OLGA, reason="moving", now=NOW)
    for _ in range(2):
        delivery.resume(by=OLGA, now=NOW)
    entries = AuditEntry.objects.order_by("id")
    assert [(entry.operation, entry.detail, entry.account) for entry in entries] == [
        ("pause", "moving", None),
        ("resume", "", None),
    ]


def test_catalog_itself_pauses_when_the_provider_refuses_our_credentials(planned, provider, monkeypatch):
    fails(monkeypatch, smtplib.SMTPAuthenticationError(535, b"no"))
    delivery.send_emails(NOW)
    assert (AuditEntry.objects.get().operation, AuditEntry.objects.get().actor_name) == ("pause", "system")
