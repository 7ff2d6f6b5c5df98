"""The calendar of expiries, read by a parser and by its lines; and its address, which is a secret of one person."""

from datetime import timedelta
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from accounts.actors import Actor
from accounts.models import Account, AuditEntry, User
from accounts.services import UserChanges, change_user, reopen_account, suspend_account
from accounts.sign_in import set_password
from tests.factories import NOW, UserFactory
from tokens.calendars import (
    calendar_of,
    create_calendar,
    end_calendar,
    expiries,
    expiry,
    readable_calendar,
    renew_calendar,
)
from tokens.models import ApiToken, CalendarFeed
from tokens.scopes import Scope
from tokens.services import generate_token, revoke_token

ADMIN, VIEWER = User.Role.ADMIN, User.Role.VIEWER
LONGEST_LINE = 75  # octets, without its end (RFC 5545, 3.1)


def events(account, *, now=NOW):
    """What a parser makes of it."""
    return Calendar.from_ical(expiries(account, now=now)).walk("VEVENT")


def opened(secret) -> Any:
    return readable_calendar(secret)


def feed_of(person) -> Any:
    return calendar_of(person)


def create(person) -> Any:
    return create_calendar(person, by=Actor(person.email, person), now=NOW)


@pytest.fixture
def secret(ada):
    return create(ada)


# --- What is in it -----------------------------------------------------------------------------


def test_each_active_token_is_an_entry_at_the_moment_at_which_it_expires(acme, issued):
    writer = generate_token(acme, scope=Scope.READ_WRITE, by=None, now=NOW).token
    first, second = events(acme)
    assert (first["uid"], first["dtstart"].dt) == (str(issued.token.pk), issued.token.expires_at)
    assert first["summary"] == "Read only API token “Claude” of Acme expires"
    assert issued.token.mask in first["description"]
    assert first["url"] == "http://localhost:8000/settings/api/"
    assert (second["uid"], second["summary"]) == (str(writer.pk), "Read & write API token of Acme expires")


def test_reminders_come_as_long_before_as_emails_do(acme, issued):
    (event,) = events(acme)
    alarms = event.walk("VALARM")
    assert [alarm["trigger"].dt.days for alarm in alarms] == [-30, -7, -1]
    assert {(alarm["action"], alarm["description"]) for alarm in alarms} == {("DISPLAY", event["summary"])}


def test_tokens_that_open_nothing_are_not_in_it_nor_are_those_of_others(acme, umbrella, issued):
    generate_token(umbrella, scope=Scope.READ_ONLY, by=None, now=NOW)
    generate_token(acme, scope=Scope.READ_ONLY, by=None, now=NOW, replaces=issued.token.pk)
    writer = generate_token(acme, scope=Scope.READ_WRITE, by=None, now=NOW).token
    revoke_token(writer, by=None, now=NOW)
    (event,) = events(acme)
    assert event["uid"] not in {str(issued.token.pk), str(writer.pk)}
    assert events(acme, now=event["dtstart"].dt) == []


def test_it_is_the_same_from_one_look_to_the_next(acme, issued):
    assert expiries(acme, now=NOW) == expiries(acme, now=NOW + timedelta(days=3))


def test_it_says_what_it_is_and_how_often_to_ask(acme, issued):
    lines = expiries(acme, now=NOW).decode().split("\r\n")
    assert (lines[0], lines[-2:]) == ("BEGIN:VCALENDAR", ["END:VCALENDAR", ""])
    wanted = {"VERSION:2.0", "PRODID:-//Catalog//API tokens//EN", "REFRESH-INTERVAL;VALUE=DURATION:PT12H"}
    assert wanted | {"NAME:API tokens of Acme", "X-WR-CALNAME:API tokens of Acme"} <= set(lines)
    assert "DTSTART:20271124T120000Z" in lines
    assert "DTSTAMP:20261124T120000Z" in lines


NASTY = ["a, b; c\\d", "BEGIN:VALARM", "Zürich ☃ 👩‍🚀", "x" * 80, "\N{SNOWMAN}" * 80, "\\n", '"quoted":;=', "مرحبا"]


@pytest.mark.parametrize("name", NASTY)
def test_names_are_text_and_lines_are_short(acme, ada, name):
    generate_token(acme, scope=Scope.READ_ONLY, name=name, by=None, now=NOW)
    written = expiries(acme, now=NOW)
    assert max(len(line) for line in written.split(b"\r\n")) <= LONGEST_LINE
    assert b"\n" not in written.replace(b"\r\n", b"")
    (event,) = events(acme)
    assert event["summary"] == f"Read only API token “{name}” of Acme expires"
    assert len(event.walk("VALARM")) == 3


@settings(max_examples=200, deadline=None)
@given(name=st.text(max_size=80), company=st.text(max_size=120))
def test_no_name_adds_a_line_a_property_or_an_entry(name, company):
    """Whatever the rows say, restored or written by hand."""
    account = Account(name=company)
    token = ApiToken(
        account=account, name=name, scope="READ_ONLY", region="eu", last_four="0000",
        created_at=NOW, expires_at=NOW + timedelta(days=365),
    )  # fmt: skip
    written = expiry(token, account=account).to_ical()
    lines = written.split(b"\r\n")
    assert max(len(line) for line in lines) <= LONGEST_LINE
    assert not [octet for octet in b"".join(lines) if octet < 0x20 or octet == 0x7F]
    begun = [line.partition(b":")[0].partition(b";")[0] for line in lines if line and not line.startswith(b" ")]
    alarm = [b"BEGIN", b"ACTION", b"DESCRIPTION", b"TRIGGER", b"END"]
    assert sorted(begun) == sorted(
        [b"BEGIN", b"UID", b"DTSTAMP", b"DTSTART", b"SUMMARY", b"DESCRIPTION", b"URL", b"TRANSP", b"END", *alarm * 3]
    )


def test_a_line_break_in_an_account_s_name_adds_no_line(acme, issued):
    Account.objects.update(name="Acme\r\nATTENDEE:mailto:evil@example.test")
    acme.refresh_from_db()
    (event,) = events(acme)
    assert "attendee" not in event
    assert event["summary"] == "Read only API token “Claude” of Acme ATTENDEE:mailto:evil@example.test expires"


def test_an_account_without_active_tokens_has_an_empty_calendar(acme):
    assert events(acme) == []


# --- The address -------------------------------------------------------------------------------


def test_the_secret_opens_its_own_calendar_alone(acme, umbrella, ada, eve, secret):
    hers = create(eve)
    assert opened(secret).account == acme
    assert opened(hers).account == umbrella
    for wrong in ("", secret[:-1], secret.swapcase(), secret + "a", "\x00", "ü" * 32):
        assert opened(wrong) is None


def test_nothing_that_is_kept_is_the_secret(ada, secret):
    feed = CalendarFeed.objects.get()
    assert len(secret) == 32
    assert secret.encode() not in bytes(feed.digest)
    kept = [str(row) for row in [*CalendarFeed.objects.values(), *AuditEntry.objects.values()]]
    assert [text for text in kept if secret in text] == []


def test_a_person_has_one_address(ada, secret):
    assert create(ada) is None
    assert opened(secret).person == ada
    assert create(UserFactory.create(account=ada.account, role=ADMIN)) not in {None, secret}


def test_a_new_address_ends_the_old_one(ada, secret):
    feed = feed_of(ada)
    another = renew_calendar(feed, by=None, now=NOW + timedelta(days=1))
    assert opened(secret) is None
    assert opened(another).made_at == NOW + timedelta(days=1)


def test_an_address_that_was_ended_opens_nothing_and_is_not_renewed(ada, secret):
    feed = feed_of(ada)
    assert end_calendar(feed, by=None, now=NOW)
    assert not end_calendar(CalendarFeed(pk=feed.pk), by=None, now=NOW)
    assert renew_calendar(CalendarFeed(pk=feed.pk), by=None, now=NOW) is None
    assert opened(secret) is None
    assert feed_of(ada) is None


@pytest.fixture
def other_admin(acme):
    return UserFactory.create(account=acme, role=ADMIN)


def change(person, **changes):
    person.refresh_from_db()
    change_user(person, changes=cast("UserChanges", changes), shown=person.version, by=None, now=NOW)
    person.refresh_from_db()


def test_it_sleeps_while_the_person_is_no_administrator(ada, other_admin, secret):
    change(ada, role=VIEWER)
    assert opened(secret) is None
    change(ada, role=ADMIN)
    assert opened(secret) is not None


def test_it_has_ended_when_the_person_was_suspended_and_they_can_have_another(ada, other_admin, secret):
    change(ada, status=User.Status.SUSPENDED)
    assert opened(secret) is None
    change(ada, status=User.Status.ACTIVATED)
    assert opened(secret) is None
    assert feed_of(ada) is None
    another = create(ada)
    assert opened(another).person == ada
    assert opened(secret) is None


def test_it_has_ended_when_the_account_was_suspended(acme, ada, secret):
    suspend_account(acme, by=None, now=NOW)
    assert opened(secret) is None
    reopen_account(acme, by=None, now=NOW)
    assert opened(secret) is None


def test_it_has_ended_with_a_new_password_as_sign_ins_do(ada, secret):
    set_password(ada, "a new passphrase", by=Actor(ada.email, ada), now=NOW)
    assert opened(secret) is None
    assert feed_of(ada) is None
    assert opened(create(ada)).person == ada


def test_it_opens_nothing_of_an_account_that_the_person_has_left(ada, umbrella, secret):
    User.objects.filter(pk=ada.pk).update(account=umbrella)
    assert opened(secret) is None


@pytest.mark.parametrize("right", [True, False])
def test_right_or_wrong_it_is_one_query(ada, secret, right, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert bool(opened(secret if right else "0" * 32)) is right


def test_every_act_is_one_entry(acme, ada):
    by = Actor(ada.email, ada)
    create(ada)
    create(ada)
    renew_calendar(feed_of(ada), by=by, now=NOW)
    feed = feed_of(ada)
    end_calendar(feed, by=by, now=NOW)
    entries = AuditEntry.objects.filter(account=acme, kind="calendar").order_by("id")
    assert [(entry.operation, entry.actor_name, entry.ids) for entry in entries] == [
        (operation, "ada@acme.test", [str(feed.pk)])
        for operation in ("create_calendar", "renew_calendar", "end_calendar")
    ]
