"""Emails about one's own sign-in."""

import logging
import re
import smtplib
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.db import IntegrityError, connections, transaction

from accounts.actors import Actor
from accounts.audit import record_event
from accounts.models import PasswordResetRequest, PeopleEvent, User
from accounts.services import note_bounce, suspend_account
from accounts.sign_in import ask_for_password_link, change_address, reset_second_factor
from notifications import delivery, events, planning
from notifications.emails import message_for
from notifications.models import Email, InboxMessage, PlannedPeopleEvent, new_email
from notifications.subjects.sign_in import answer_requests
from tests.factories import NOW, UserFactory
from tests.notifications.backends import fails

State, Kind = Email.State, PeopleEvent.Kind
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


def ask(address):
    ask_for_password_link(address, now=NOW)
    return planning.plan_emails(NOW)


@pytest.fixture
def asked(ada):
    """Ada's email with the link, planned."""
    assert ask("ADA@acme.test") == 1
    return Email.objects.with_facts().get()


def link_of(email, now=NOW):
    [link] = re.findall(r"http\S+/password/reset/key/\S+", str(message_for(email, now=now).body))
    return link


@pytest.mark.parametrize("who", ["ada", "olga"])
def test_who_asks_for_a_link_gets_one(request, who):
    person = request.getfixturevalue(who)
    assert ask(person.email.upper()) == 1
    email = Email.objects.get()
    assert (email.kind, email.recipient, email.account, email.to) == (
        "password_reset",
        person,
        person.account,
        person.email,
    )
    assert delivery.send_emails(NOW) == 1
    assert "/accounts/password/reset/key/" in InboxMessage.objects.get().html


@pytest.mark.parametrize(
    "change", [{"status": "SUSPENDED"}, {"status": "PENDING"}, {"bounced_address": "ada@acme.test"}]
)
def test_who_cannot_sign_in_or_be_mailed_gets_none(ada, change):
    User.objects.update(**change)
    assert ask(ada.email) == 0


def test_nobody_of_a_suspended_account_gets_one(acme, ada):
    suspend_account(acme, by=None, now=NOW)
    assert ask(ada.email) == 0


def test_no_list_of_typed_addresses_is_kept(ada):
    for address in ("nobody@acme.test", "ada@acme.test"):
        ask(address)
    assert not PasswordResetRequest.objects.exists()
    assert not Email.objects.exclude(recipient=ada).exists()


def test_many_requests_are_answered_in_pages(db, monkeypatch):
    monkeypatch.setattr("notifications.subjects.sign_in.MAX_REQUESTS_PER_TRANSACTION", 2)
    for number in range(5):
        UserFactory.create(email=f"{number}@acme.test")
        ask_for_password_link(f"{number}@acme.test", now=NOW)
    assert planning.plan_emails(NOW) == 5


def test_of_one_person_one_link_waits(asked):
    assert ask("ada@acme.test") == 0
    with pytest.raises(IntegrityError), transaction.atomic():
        new_email(kind="password_reset", recipient=asked.recipient, now=NOW).save()
    delivery.send_emails(NOW)
    assert ask("ada@acme.test") == 1


def test_a_failed_link_is_sent_again_beside_a_new_one(asked):
    Email.objects.update(state=State.FAILED)
    assert ask("ada@acme.test") == 1
    assert delivery.send_again([asked], by=None, now=NOW + SECOND)
    assert delivery.send_emails(NOW + SECOND) == 2


def test_the_link_is_the_same_at_every_attempt_and_works(client, asked):
    later = Email.objects.with_facts().get()
    assert link_of(asked) == link_of(later, now=NOW + DAY)
    fresh = new_email(kind="password_reset", recipient=asked.recipient, now=NOW + SECOND)
    assert link_of(asked) != link_of(fresh)


def test_the_link_sets_a_password_until_it_ends(client, ada, settings, time_machine):
    time_machine.move_to(NOW)
    ask(ada.email)
    link = link_of(Email.objects.with_facts().get())
    for seconds, status in ((settings.PASSWORD_RESET_TIMEOUT, 302), (settings.PASSWORD_RESET_TIMEOUT + 1, 200)):
        time_machine.move_to(NOW + timedelta(seconds=seconds))
        assert client.get(link).status_code == status


@pytest.mark.parametrize(
    "change", [{"status": "SUSPENDED"}, {"email": "ada@new.test"}, {"bounced_address": "ada@acme.test"}]
)
def test_a_link_that_nobody_should_get_any_more_is_cancelled(asked, change):
    User.objects.update(**change)
    assert delivery.send_emails(NOW) == 0
    assert Email.objects.get().state == State.CANCELLED


def test_a_link_that_would_have_ended_is_cancelled(asked, settings):
    delivery.send_emails(NOW + timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT))
    assert Email.objects.get().state == State.CANCELLED


def test_the_link_is_in_no_row_and_no_log(asked, provider, monkeypatch, caplog):
    link = link_of(asked)
    fails(monkeypatch, smtplib.SMTPDataError(554, f"spam: {link}".encode()))
    with caplog.at_level(logging.DEBUG):
        delivery.send_emails(NOW)
    email = Email.objects.get()
    assert (email.state, email.last_error) == (State.FAILED, "SMTPDataError 554")
    assert link not in caplog.text + str(email.__dict__)


# --- What changed --------------------------------------------------------------------------------


def happened(kind, person, **sides):
    event = record_event(kind, person, by=Actor(person.email, person, "192.0.2.7"), now=NOW, **sides)
    planning.plan_emails(NOW)
    return event


CHANGES = [
    (Kind.PASSWORD_CHANGED, {}, "your password was changed", "Whoever did it knew the old one"),
    (
        Kind.PASSWORD_CHANGED,
        {"after": {"by": "link"}},
        "your password was changed",
        "a link that was made for this address",
    ),
    (Kind.PASSWORD_CHANGED, {"after": {"by": "command"}}, "your password was changed", "on its command line"),
    (
        Kind.SECOND_FACTOR_RESET,
        {"before": {"types": "recovery_codes, totp, webauthn"}},
        "second factor was reset",
        "Authenticator app and passkeys",
    ),
    (Kind.SECOND_FACTOR_ADDED, {"after": {"type": "totp"}}, "second factor was added", "An authenticator app"),
    (
        Kind.SECOND_FACTOR_REMOVED,
        {"before": {"type": "webauthn"}},
        "second factor was removed",
        "A passkey or security key",
    ),
    (Kind.RECOVERY_CODES_GENERATED, {"after": {"type": "recovery_codes"}}, "new recovery codes", "stopped working"),
]


@pytest.mark.parametrize(("kind", "sides", "subject", "says"), CHANGES)
def test_people_are_told_what_changed_when_and_from_where(ada, kind, sides, subject, says):
    happened(kind, ada, **sides)
    assert delivery.send_emails(NOW) == 1
    message = InboxMessage.objects.get()
    assert (message.recipients, subject in message.subject) == (ada.email, True)
    for text in (message.text, message.html):
        for part in (
            says,
            "24 November 2026, 12:00 UTC",
            "192.0.2.7",
            "http://localhost:8000/accounts/password/reset/",
        ):
            assert part in text


def test_a_new_address_is_told_to_both(ada, olga):
    change_address(ada, address="ada@new.test", by=Actor(olga.email, olga), now=NOW)
    assert planning.plan_emails(NOW) == 2
    assert delivery.send_emails(NOW) == 2
    assert set(InboxMessage.objects.values_list("recipients", flat=True)) == {"ada@acme.test", "ada@new.test"}
    assert all(olga.email in text for text in InboxMessage.objects.values_list("text", flat=True))


def test_a_reset_says_who_did_it_and_where_a_second_factor_is_set_up(ada):
    Authenticator.objects.create(user=ada, type="totp", data={})
    planning.plan_emails(NOW)
    delivery.send_emails(NOW)  # that it was added
    reset_second_factor(ada, by=Actor("olga@catalog.test", door="admin"), now=NOW)
    assert planning.plan_emails(NOW) == 1
    delivery.send_emails(NOW)
    text = InboxMessage.objects.latest("pk").text
    assert "olga@catalog.test" in text
    assert "http://localhost:8000/accounts/2fa/" in text


@pytest.mark.parametrize("change", [{"status": "SUSPENDED"}, {"role": "VIEWER"}])
def test_whoever_it_is_about_is_told_whatever_they_may_do(ada, change):
    happened(Kind.PASSWORD_CHANGED, ada)
    User.objects.update(**change)
    assert delivery.send_emails(NOW) == 1


def test_an_address_that_bounced_is_left_alone(ada):
    happened(Kind.PASSWORD_CHANGED, ada)
    note_bounce(ada, ada.email, now=NOW)
    assert delivery.send_emails(NOW) == 0
    assert Email.objects.get().state == State.CANCELLED


def test_an_event_is_planned_once(ada):
    event = happened(Kind.PASSWORD_CHANGED, ada)
    assert events.plan_people_event(event, now=NOW) == 0
    with pytest.raises(IntegrityError), transaction.atomic():
        new_email(kind=event.kind, recipient=ada, now=NOW, people_event=event, address=ada.email).save()


def test_an_event_of_somebody_without_a_usable_address_is_done_with(ada):
    User.objects.update(email="no address")
    ada.refresh_from_db()
    happened(Kind.PASSWORD_CHANGED, ada)
    assert (PlannedPeopleEvent.objects.count(), Email.objects.count()) == (1, 0)


def test_the_hourly_sweep_finds_an_event_that_thousands_passed(ada, monkeypatch):
    monkeypatch.setattr(events, "RECENT_EVENTS", 1)
    for _ in range(3):
        record_event(Kind.PASSWORD_CHANGED, ada, by=None, now=NOW)
    assert planning.plan_about_people(NOW) == 1
    assert planning.plan_about_people(NOW, all_of_them=True) == 2


@pytest.mark.django_db(transaction=True)
def test_of_two_planners_at_once_each_request_is_one_s(ada):
    ask_for_password_link(ada.email, now=NOW)
    if not connections["default"].features.has_select_for_update:
        pytest.skip("SQLite lets one planner in at a time")
    with transaction.atomic():
        assert answer_requests(NOW) == (1, False)
        other = connections.create_connection("default")
        try:
            with other.cursor() as cursor:
                cursor.execute(
                    "SELECT count(*) FROM (SELECT 1 FROM accounts_passwordresetrequest FOR UPDATE SKIP LOCKED) t"
                )
                assert cursor.fetchone() == (0,)
        finally:
            other.close()
