import smtplib
from datetime import timedelta
from types import SimpleNamespace
from typing import ClassVar
from unittest.mock import Mock

import pytest
import requests
from anymail.exceptions import AnymailRequestsAPIError
from django.core.mail.backends.base import BaseEmailBackend
from django.template import TemplateSyntaxError

from accounts.models import User
from accounts.services import note_bounce, suspend_account
from notifications import delivery, planning
from notifications.failures import Failure, Verdict
from notifications.models import MAX_ATTEMPTS, RETRY_WINDOW, Email, InboxMessage, Outbox
from tests.factories import NOW, UserFactory
from tokens.scopes import Scope
from tokens.services import generate_token, revoke_token

State = Email.State


class Refusing(BaseEmailBackend):
    """A provider that refuses every message to Ada, with a hostile explanation."""

    def send_messages(self, email_messages):
        if email_messages[0].to == ["ada@acme.test"]:
            raise OSError("no\r\nBcc: everybody")
        return 1


@pytest.fixture
def refusing(settings):
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"


def test_sending_delivers_once_and_marks_it(planned):
    assert delivery.send_emails(NOW) == 1
    assert delivery.send_emails(NOW) == 0
    planned.refresh_from_db()
    assert (planned.state, planned.attempts) == (Email.State.SENT, 1)
    assert InboxMessage.objects.get().message_id == planned.message_id


def test_an_email_that_another_sender_holds_is_left_alone(planned):
    Email.objects.update(state=Email.State.SENDING, lease_until=NOW + timedelta(minutes=1))
    assert delivery.send_emails(NOW) == 0
    assert not InboxMessage.objects.exists()


def test_the_email_of_a_sender_that_died_is_sent_again_under_the_same_id(planned):
    delivery.send_emails(NOW)
    Email.objects.update(state=Email.State.SENDING, sent_at=None, lease_until=NOW - timedelta(seconds=1))
    assert delivery.send_emails(NOW) == 1
    assert InboxMessage.objects.count() == 1


def test_a_sender_that_lost_its_lease_changes_nothing(planned):
    Email.objects.update(state=Email.State.SENDING, lease_until=NOW)
    assert not delivery.settle(planned, NOW + timedelta(1), now=NOW, state=Email.State.SENT, sent_at=NOW)
    planned.refresh_from_db()
    assert planned.state == Email.State.SENDING


def test_somebody_who_administers_no_more_gets_nothing(planned, ada):
    User.objects.filter(pk=ada.pk).update(role=User.Role.VIEWER)
    assert delivery.send_emails(NOW) == 0
    planned.refresh_from_db()
    assert planned.state == Email.State.CANCELLED


def test_a_refused_email_waits_longer_each_time_and_keeps_its_id(planned, refusing):
    assert delivery.send_emails(NOW) == 0
    email = Email.objects.get()
    assert (email.state, email.attempts, email.message_id) == (Email.State.PENDING, 1, planned.message_id)
    assert email.next_attempt_at > NOW + timedelta(seconds=5)
    assert email.last_error == "OSError: no Bcc: everybody"
    email.attempts = 2
    assert email.delay() == 2 * planned.delay()


def test_after_the_last_attempt_it_has_failed_and_can_be_sent_again(planned, refusing, settings):
    Email.objects.update(attempts=MAX_ATTEMPTS - 1)
    delivery.send_emails(NOW)
    email = Email.objects.get()
    assert email.state == Email.State.FAILED
    assert delivery.send_again(email, now=NOW)
    settings.EMAIL_BACKEND = "notifications.inbox.InboxBackend"
    assert delivery.send_emails(NOW) == 1


def test_one_poisoned_email_stops_no_other(acme, issued, refusing):
    UserFactory.create(email="second@acme.test", account=acme, role=User.Role.ADMIN)
    planning.plan_events(NOW)
    assert delivery.send_emails(NOW) == 1
    assert Email.objects.get(recipient__email="second@acme.test").state == Email.State.SENT


def test_revoking_owes_an_email(planned, issued):
    revoke_token(issued.token, by=None, now=NOW)
    assert planning.plan_events(NOW) == 1
    assert Email.objects.filter(kind=Email.Kind.REVOKED).count() == 1


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


@pytest.fixture
def provider(settings, monkeypatch):
    settings.EMAIL_BACKEND = f"{__name__}.Provider"
    monkeypatch.setattr(Provider, "keys", [])
    return Provider


def fails(monkeypatch, error):
    monkeypatch.setattr(Provider, "error", error)


def test_the_provider_s_id_is_kept_for_its_reports(planned, provider):
    delivery.send_emails(NOW)
    assert Email.objects.get().provider_id == "from-the-provider"


def test_every_attempt_carries_the_same_key(planned, provider, monkeypatch):
    fails(monkeypatch, TimeoutError())
    for minutes in (0, 5, 20):
        delivery.send_emails(NOW + timedelta(minutes=minutes))
    assert provider.keys == [planned.message_id.strip("<>")] * 3


def test_a_permanent_failure_is_final_at_once(planned, provider, monkeypatch):
    fails(monkeypatch, smtplib.SMTPDataError(554, b"no"))
    delivery.send_emails(NOW)
    email = Email.objects.get()
    assert (email.state, email.attempts) == (State.FAILED, 1)
    assert Outbox.current().failing_since is None


def test_refused_credentials_pause_everything_and_burn_nothing(planned, provider, monkeypatch, caplog):
    fails(monkeypatch, smtplib.SMTPAuthenticationError(535, b"no"))
    delivery.send_emails(NOW)
    email, outbox = Email.objects.get(), Outbox.current()
    assert (email.state, email.attempts, email.first_attempt_at) == (State.PENDING, 0, None)
    assert "535" in outbox.pause_reason
    assert "outbox_paused" in caplog.text
    fails(monkeypatch, None)
    assert delivery.send_emails(NOW) == 0
    assert delivery.resume(now=NOW)
    assert delivery.send_emails(NOW + timedelta(seconds=5)) == 1


def test_a_pause_says_who_and_why_and_is_not_taken_over(db):
    assert delivery.pause(by="olga@catalog.test", reason="moving", now=NOW)
    assert not delivery.pause(by="", reason="other", now=NOW)
    assert Outbox.current().pause_reason == "moving"


def test_a_provider_that_asks_for_time_gets_it_from_everybody(planned, provider, monkeypatch):
    fails(monkeypatch, limited(retry_after="60"))
    delivery.send_emails(NOW)
    fails(monkeypatch, None)
    Email.objects.update(next_attempt_at=NOW)
    assert delivery.send_emails(NOW + timedelta(seconds=59)) == 0
    assert delivery.send_emails(NOW + timedelta(seconds=65)) == 1
    assert Outbox.current().failing_since is None


def test_a_shorter_word_does_not_take_back_a_longer_one(planned, provider, monkeypatch):
    fails(monkeypatch, limited(retry_after="600"))
    delivery.send_email(planned.pk, now=NOW)
    delivery.note_failure(Failure(Verdict.TRANSIENT, "503"), now=NOW)
    delivery.note_failure(Failure(Verdict.TRANSIENT, "429", timedelta(seconds=5)), now=NOW)
    delivery.note_answer()
    assert Outbox.current().held_until == NOW + timedelta(minutes=10)


def test_an_email_that_is_turned_away_shows_that_the_provider_works(planned, provider, monkeypatch):
    delivery.note_failure(Failure(Verdict.TRANSIENT, "503"), now=NOW)
    fails(monkeypatch, smtplib.SMTPDataError(554, b"no"))
    delivery.send_email(planned.pk, now=NOW)
    assert Outbox.current().failing_since is None


def test_a_pause_burns_no_time_of_the_retry_window(planned, provider, monkeypatch):
    fails(monkeypatch, TimeoutError())
    delivery.send_email(planned.pk, now=NOW)
    fails(monkeypatch, None)
    delivery.pause(by="olga@catalog.test", reason="weekend", now=NOW + timedelta(hours=1))
    monday = NOW + timedelta(hours=60)
    delivery.resume(now=monday)
    assert Email.objects.get().first_attempt_at == NOW + timedelta(hours=59)
    assert delivery.send_emails(monday) == 1


def test_an_event_is_told_to_whoever_administers_when_it_is_sent(acme, ada, planned):
    User.objects.filter(pk=ada.pk).update(status=User.Status.SUSPENDED)
    delivery.send_emails(NOW)
    assert planning.plan_events(NOW) == 0
    bob = UserFactory.create(email="bob@acme.test", account=acme, role=User.Role.ADMIN)
    assert planning.plan_events(NOW) == 1
    delivery.send_emails(NOW + timedelta(seconds=1))
    assert Email.objects.get(recipient=bob).state == State.SENT
    assert Email.objects.get(recipient=ada).state == State.CANCELLED


def test_who_comes_back_is_told_after_all(ada, planned):
    User.objects.filter(pk=ada.pk).update(role=User.Role.VIEWER)
    delivery.send_emails(NOW)
    User.objects.filter(pk=ada.pk).update(role=User.Role.ADMIN)
    assert planning.plan_events(NOW) == 1
    assert delivery.send_emails(NOW + timedelta(seconds=1)) == 1


def test_an_event_that_somebody_was_told_of_is_settled(acme, ada, planned):
    UserFactory.create(email="bob@acme.test", account=acme, role=User.Role.ADMIN)
    Email.objects.update(state=State.SENT, sent_at=NOW)
    second = generate_token(acme, scope=Scope.READ_WRITE, by=None, now=NOW).token
    planning.plan_events(NOW)
    User.objects.filter(email="bob@acme.test").update(role=User.Role.VIEWER)
    delivery.send_emails(NOW)
    assert planning.plan_events(NOW) == 0
    assert Email.objects.filter(token=second, state=State.SENT).get().recipient == ada


def test_a_late_notice_is_not_missed_when_somebody_else_was_told(acme, ada, issued):
    UserFactory.create(email="bob@acme.test", account=acme, role=User.Role.ADMIN)
    planning.sweep(issued.token.expires_at)
    Email.objects.filter(event=None, recipient=ada).update(state=State.SENT, sent_at=NOW)
    Email.objects.filter(event__isnull=False).delete()
    delivery.send_emails(issued.token.expires_at + timedelta(days=2))
    assert Email.objects.exclude(recipient=ada).get().state == State.SUPERSEDED


def test_what_was_dismissed_stays_unsent(issued):
    end = issued.token.expires_at
    planning.sweep(end)
    email = Email.objects.get(event=None)
    Email.objects.filter(pk=email.pk).update(state=State.FAILED)
    delivery.dismiss(email, by="olga@catalog.test", now=end)
    planning.sweep(end + timedelta(hours=1))
    planning.sweep(end + timedelta(days=2))
    email.refresh_from_db()
    assert email.state == State.DISMISSED


def limited(retry_after):
    response = requests.Response()
    response.status_code, response._content = 429, b"{}"
    response.headers["Retry-After"] = retry_after
    return AnymailRequestsAPIError("slow down", response=response)


def test_after_a_day_of_attempts_it_is_given_up(planned, provider, monkeypatch):
    fails(monkeypatch, TimeoutError())
    delivery.send_emails(NOW)
    Email.objects.update(next_attempt_at=NOW)
    delivery.send_emails(NOW + RETRY_WINDOW + timedelta(seconds=5))
    assert Email.objects.get().state == State.FAILED


def test_an_email_that_kills_its_senders_ends_after_the_last_attempt(planned):
    Email.objects.update(state=State.SENDING, attempts=MAX_ATTEMPTS, lease_until=NOW)
    assert delivery.send_emails(NOW) == 0
    assert Email.objects.get().state == State.FAILED


def test_a_poisoned_email_stops_no_other(acme, planned, refusing):
    UserFactory.create(email="zoe@acme.test", account=acme, role=User.Role.ADMIN)
    generate_token(acme, scope=Scope.READ_WRITE, by=None, now=NOW)
    planning.plan_events(NOW)
    assert delivery.send_emails(NOW) == 1
    assert Email.objects.filter(state=State.SENT).get().recipient.email == "zoe@acme.test"


def test_a_template_that_raises_keeps_the_email(planned, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(delivery, "message_for", Mock(side_effect=TemplateSyntaxError("oops")))
        assert delivery.send_emails(NOW) == 0
    assert delivery.send_emails(NOW + timedelta(minutes=1)) == 1


@pytest.mark.parametrize("what", ["revoked", "replaced", "suspended", "gone", "bounced"])
def test_a_notice_is_looked_at_again_at_the_moment_of_sending(acme, ada, issued, what):
    soon = issued.token.expires_at - timedelta(days=7)
    planning.sweep(soon)
    Email.objects.filter(event__isnull=False).delete()
    acts = {
        "revoked": lambda: revoke_token(issued.token, by=None, now=NOW),
        "replaced": lambda: generate_token(acme, scope=Scope.READ_ONLY, by=None, now=NOW, replaces=issued.token.pk),
        "suspended": lambda: suspend_account(acme, now=NOW),
        "gone": lambda: User.objects.filter(pk=ada.pk).update(role=User.Role.VIEWER),
        "bounced": lambda: note_bounce(ada, ada.email, now=NOW),
    }
    acts[what]()
    assert delivery.send_emails(soon) == 0
    assert Email.objects.get().state == State.CANCELLED


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


def test_a_run_ends_before_its_job_is_killed(planned, monkeypatch):
    monkeypatch.setattr(delivery, "RUN", -1)
    assert delivery.send_emails(NOW) == 0
    assert Email.objects.get().state == State.PENDING


def test_dismissing_says_who_decided(planned):
    Email.objects.update(state=State.MISSED)
    assert delivery.dismiss(planned, by="olga@catalog.test", now=NOW)
    assert (Email.objects.get().state, Email.objects.get().last_error) == (
        State.DISMISSED,
        "dismissed by olga@catalog.test",
    )
    assert not delivery.dismiss(planned, by="olga@catalog.test", now=NOW)


class Killed(BaseException):
    """What a SIGKILL is to a sender: nothing after it runs."""


def test_a_sender_that_dies_leaves_its_lease_for_as_long_as_a_job_may_run(planned, provider, monkeypatch, settings):
    monkeypatch.setattr(Provider, "error", Killed())
    with pytest.raises(Killed):
        delivery.send_email(planned.pk, now=NOW)
    email = Email.objects.get()
    assert (email.state, email.attempts, email.first_attempt_at) == (State.SENDING, 1, NOW)
    assert email.lease_until == NOW + timedelta(seconds=settings.EMAIL_LEASE)
    assert settings.EMAIL_LEASE > settings.CELERY_TASK_TIME_LIMIT
    assert not delivery.send_email(planned.pk, now=NOW + timedelta(seconds=settings.EMAIL_LEASE - 1))


def test_settling_touches_its_own_email_alone(acme, planned):
    UserFactory.create(email="zoe@acme.test", account=acme, role=User.Role.ADMIN)
    generate_token(acme, scope=Scope.READ_WRITE, by=None, now=NOW)
    planning.plan_events(NOW)
    lease, later = NOW + timedelta(minutes=3), NOW + timedelta(seconds=9)
    Email.objects.update(state=State.SENDING, lease_until=lease)
    assert delivery.settle(planned, lease, now=later, state=State.SENT, sent_at=later)
    assert Email.objects.filter(state=State.SENT, changed_at=later, lease_until=None).get() == planned
    assert Email.objects.filter(state=State.SENDING, lease_until=lease).count() == 2


@pytest.mark.parametrize(("chosen", "seconds"), [(min, 8), (max, 12)])
def test_the_delay_is_a_fifth_more_or_less(planned, provider, monkeypatch, chosen, seconds):
    monkeypatch.setattr("random.uniform", lambda *bounds: chosen(bounds))
    fails(monkeypatch, TimeoutError())
    delivery.send_email(planned.pk, now=NOW)
    assert Email.objects.get().next_attempt_at == NOW + timedelta(seconds=seconds)


def test_delays_double_up_to_an_hour(planned):
    def delay(attempts):
        planned.attempts = attempts
        return planned.delay().total_seconds()

    assert [delay(attempts) for attempts in (0, 1, 2, 3, 9, 10, 99)] == [10, 10, 20, 40, 2560, 3600, 3600]


def test_what_went_wrong_is_kept_until_it_goes_right(planned, provider, monkeypatch, caplog):
    fails(monkeypatch, TimeoutError("slow"))
    delivery.send_email(planned.pk, now=NOW)
    assert Email.objects.get().last_error == "TimeoutError: slow"
    assert f"email_not_sent email={planned.pk} attempt=1 error=TimeoutError: slow" in caplog.text
    assert Outbox.current().last_failure == "TimeoutError: slow"
    fails(monkeypatch, smtplib.SMTPAuthenticationError(535, b"no"))
    delivery.send_email(planned.pk, now=NOW + timedelta(minutes=1))
    email = Email.objects.get()
    assert "535" in email.last_error
    assert (email.attempts, email.first_attempt_at) == (1, NOW)
    assert Outbox.current().paused_by == ""
    fails(monkeypatch, None)
    delivery.send_email(planned.pk, now=NOW + timedelta(minutes=2))
    email = Email.objects.get()
    assert (email.state, email.last_error) == (State.SENT, "")


def test_a_permanent_failure_says_why(planned, provider, monkeypatch):
    fails(monkeypatch, smtplib.SMTPDataError(554, b"no"))
    delivery.send_email(planned.pk, now=NOW)
    assert Email.objects.get().last_error == "SMTPDataError: (554, b'no')"


def test_a_poisoned_email_is_no_failure_of_the_provider(planned, provider, monkeypatch):
    fails(monkeypatch, TemplateSyntaxError("oops"))
    delivery.send_email(planned.pk, now=NOW)
    assert Outbox.current().failing_since is None


def test_the_first_failure_of_many_says_since_when(db):
    for minutes in (0, 1):
        delivery.note_failure(Failure(Verdict.TRANSIENT, "slow"), now=NOW + timedelta(minutes=minutes))
    assert Outbox.current().failing_since == NOW


@pytest.mark.parametrize("state", [State.SENT, State.PENDING, State.SENDING, State.CANCELLED, State.MISSED])
def test_only_failed_emails_are_sent_again(planned, state):
    times = {"sent_at": NOW if state == State.SENT else None, "lease_until": NOW if state == State.SENDING else None}
    Email.objects.update(state=state, **times)
    assert not delivery.send_again(planned, now=NOW)
    assert Email.objects.get().state == state


def test_sending_again_begins_from_the_first_attempt(planned):
    Email.objects.update(state=State.FAILED, attempts=32, first_attempt_at=NOW, last_error="no")
    later = NOW + timedelta(days=3)
    assert delivery.send_again(planned, now=later)
    email = Email.objects.get()
    assert (email.state, email.attempts, email.first_attempt_at, email.last_error) == (State.PENDING, 0, None, "")
    assert (email.next_attempt_at, email.changed_at) == (later, later)


def test_sending_takes_few_queries(planned, provider, django_assert_num_queries):
    with django_assert_num_queries(5):  # claim, row, recipients, the provider's health, settle
        delivery.send_email(planned.pk, now=NOW)


def test_word_of_another_token_or_another_notice_is_no_word_of_this_one(acme, umbrella, ada, eve, issued):
    end = issued.token.expires_at
    generate_token(umbrella, scope=Scope.READ_ONLY, by=None, now=NOW)
    planning.sweep(end - timedelta(days=7))
    Email.objects.update(state=State.SENT, sent_at=NOW)
    planning.sweep(end)
    Email.objects.filter(kind="expired", recipient=eve).update(state=State.SENT, sent_at=NOW)
    delivery.send_emails(end + timedelta(days=2))
    assert Email.objects.get(kind="expired", recipient=ada).state == State.MISSED


def test_sending_again_and_dismissing_touch_the_chosen_email_alone(acme, planned):
    UserFactory.create(email="zoe@acme.test", account=acme, role=User.Role.ADMIN)
    generate_token(acme, scope=Scope.READ_WRITE, by=None, now=NOW)
    planning.plan_events(NOW)
    Email.objects.update(state=State.FAILED)
    delivery.send_again(planned, now=NOW)
    assert list(Email.objects.filter(state=State.PENDING)) == [planned]
    delivery.dismiss(Email.objects.filter(state=State.FAILED)[0], by="olga@catalog.test", now=NOW)
    assert Email.objects.filter(state=State.FAILED).count() == 1
