import smtplib
from datetime import timedelta
from unittest.mock import Mock

import pytest
from django.core.mail.backends.base import BaseEmailBackend
from django.template import TemplateSyntaxError

from accounts.models import User
from accounts.services import note_bounce, suspend_account
from notifications import delivery, events, planning
from notifications.models import MAX_ATTEMPTS, RETRY_WINDOW, Email, InboxMessage, Outbox
from notifications.subjects.tokens import Tokens
from tests.factories import NOW, UserFactory
from tests.notifications.backends import Provider, fails, send_email
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
    assert delivery.send_again([email], by=None, now=NOW)
    settings.EMAIL_BACKEND = "notifications.inbox.InboxBackend"
    assert delivery.send_emails(NOW) == 1


def test_one_poisoned_email_stops_no_other(acme, issued, refusing):
    UserFactory.create(email="second@acme.test", account=acme, role=User.Role.ADMIN)
    events.plan_token_events(NOW)
    assert delivery.send_emails(NOW) == 1
    assert Email.objects.get(recipient__email="second@acme.test").state == Email.State.SENT


@pytest.mark.parametrize("step", ["facts", "refusal", "context"])
def test_a_subject_that_breaks_costs_its_own_email_alone(planned, provider, eve, umbrella, monkeypatch, step):
    generate_token(umbrella, scope=Scope.READ_ONLY, by=None, now=NOW)
    events.plan_token_events(NOW)
    whole = getattr(Tokens, step)

    def broken(self, email, *given, **known):
        if email.recipient == eve:
            raise LookupError("a bug")
        return whole(self, email, *given, **known)

    monkeypatch.setattr(Tokens, step, broken)
    assert delivery.send_emails(NOW) == 1
    assert Email.objects.get(recipient=eve).state == Email.State.PENDING


def test_revoking_owes_an_email(planned, issued):
    revoke_token(issued.token, by=None, now=NOW)
    assert events.plan_token_events(NOW) == 1
    assert Email.objects.filter(kind=Email.Kind.REVOKED).count() == 1


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
    events.plan_token_events(NOW)
    assert delivery.send_emails(NOW) == 1
    assert Email.objects.filter(state=State.SENT).get().recipient.email == "zoe@acme.test"


def test_a_template_that_raises_keeps_the_email(planned, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(delivery, "message_for", Mock(side_effect=TemplateSyntaxError("oops")))
        assert delivery.send_emails(NOW) == 0
    assert delivery.send_emails(NOW + timedelta(minutes=1)) == 1


@pytest.mark.parametrize("what", ["revoked", "replaced", "suspended", "gone", "bounced"])
def test_a_notice_is_decided_again_at_the_moment_of_sending(acme, ada, issued, what):
    soon = issued.token.expires_at - timedelta(days=7)
    planning.sweep(soon)
    Email.objects.filter(event__isnull=False).delete()
    acts = {
        "revoked": lambda: revoke_token(issued.token, by=None, now=NOW),
        "replaced": lambda: generate_token(acme, scope=Scope.READ_ONLY, by=None, now=NOW, replaces=issued.token.pk),
        "suspended": lambda: suspend_account(acme, by=None, now=NOW),
        "gone": lambda: User.objects.filter(pk=ada.pk).update(role=User.Role.VIEWER),
        "bounced": lambda: note_bounce(ada, ada.email, now=NOW),
    }
    acts[what]()
    assert delivery.send_emails(soon) == 0
    assert Email.objects.get().state == State.CANCELLED


def test_a_run_ends_before_its_job_is_killed(planned, monkeypatch):
    monkeypatch.setattr(delivery, "MAX_RUN_SECONDS", -1)
    assert delivery.send_emails(NOW) == 0
    assert Email.objects.get().state == State.PENDING


class Killed(BaseException):
    """What a SIGKILL is to a sender: nothing after it runs."""


def test_a_sender_that_dies_leaves_its_lease_for_as_long_as_a_job_may_run(planned, provider, monkeypatch, settings):
    monkeypatch.setattr(Provider, "error", Killed())
    with pytest.raises(Killed):
        send_email(planned.pk, now=NOW)
    email = Email.objects.get()
    assert (email.state, email.attempts, email.first_attempt_at) == (State.SENDING, 1, NOW)
    assert email.lease_until == NOW + timedelta(seconds=settings.EMAIL_LEASE)
    assert settings.EMAIL_LEASE > settings.CELERY_TASK_TIME_LIMIT
    assert not send_email(planned.pk, now=NOW + timedelta(seconds=settings.EMAIL_LEASE - 1))


def test_settling_touches_its_own_email_alone(acme, planned):
    UserFactory.create(email="zoe@acme.test", account=acme, role=User.Role.ADMIN)
    generate_token(acme, scope=Scope.READ_WRITE, by=None, now=NOW)
    events.plan_token_events(NOW)
    lease, later = NOW + timedelta(minutes=3), NOW + timedelta(seconds=9)
    Email.objects.update(state=State.SENDING, lease_until=lease)
    assert delivery.settle(planned, lease, now=later, state=State.SENT, sent_at=later)
    assert Email.objects.filter(state=State.SENT, changed_at=later, lease_until=None).get() == planned
    assert Email.objects.filter(state=State.SENDING, lease_until=lease).count() == 2


@pytest.mark.parametrize(("chosen", "seconds"), [(min, 8), (max, 12)])
def test_the_delay_is_a_fifth_more_or_less(planned, provider, monkeypatch, chosen, seconds):
    monkeypatch.setattr("random.uniform", lambda *bounds: chosen(bounds))
    fails(monkeypatch, TimeoutError())
    send_email(planned.pk, now=NOW)
    assert Email.objects.get().next_attempt_at == NOW + timedelta(seconds=seconds)


def test_delays_double_up_to_an_hour(planned):
    def delay(attempts):
        planned.attempts = attempts
        return planned.delay().total_seconds()

    assert [delay(attempts) for attempts in (0, 1, 2, 3, 9, 10, 99)] == [10, 10, 20, 40, 2560, 3600, 3600]


def test_what_went_wrong_is_kept_until_it_goes_right(planned, provider, monkeypatch, caplog):
    fails(monkeypatch, TimeoutError("slow"))
    send_email(planned.pk, now=NOW)
    assert Email.objects.get().last_error == "TimeoutError: slow"
    assert f"email_not_sent email={planned.pk} attempt=1 error=TimeoutError: slow" in caplog.text
    assert Outbox.current().last_failure == "TimeoutError: slow"
    fails(monkeypatch, smtplib.SMTPAuthenticationError(535, b"no"))
    send_email(planned.pk, now=NOW + timedelta(minutes=1))
    email = Email.objects.get()
    assert "535" in email.last_error
    assert (email.attempts, email.first_attempt_at) == (1, NOW)
    assert Outbox.current().paused_by == ""
    fails(monkeypatch, None)
    delivery.resume(by=None, now=NOW + timedelta(minutes=2))
    send_email(planned.pk, now=NOW + timedelta(minutes=2))
    email = Email.objects.get()
    assert (email.state, email.last_error) == (State.SENT, "")


def test_a_permanent_failure_says_why(planned, provider, monkeypatch):
    fails(monkeypatch, smtplib.SMTPDataError(554, b"no"))
    send_email(planned.pk, now=NOW)
    assert Email.objects.get().last_error == "SMTPDataError: (554, b'no')"


def test_sending_takes_few_queries(planned, provider, django_assert_num_queries):
    with django_assert_num_queries(5):  # which are due, a page of them, claim, settle; which are due now
        delivery.send_emails(NOW)
