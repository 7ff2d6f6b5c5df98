"""Old tokens that are still sent: one email a day to each administrator, for as long as it goes on."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actors import Actor
from accounts.models import User
from accounts.services import suspend_account
from notifications import delivery, planning
from notifications.emails import message_for
from notifications.models import Email, InboxMessage
from tests.factories import NOW, UserFactory
from tokens import ledger
from tokens.doors import Door
from tokens.scopes import Scope
from tokens.services import IssuedToken, finish_rotation, generate_token, revoke_token

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
State = Email.State


@pytest.fixture
def newer(acme, issued) -> IssuedToken:
    """The token that replaced Acme's at NOW, which castor-upload had used."""
    send(issued, NOW - HOUR, reason="")
    return generate_token(acme, scope=Scope.READ_ONLY, by=None, now=NOW, replaces=issued.token.pk)


def send(issued: IssuedToken, at, *, client="castor-upload 0.26", reason="replaced") -> None:
    ledger.record(issued.token, door=Door.INGEST, client=client, address="192.0.2.7", now=at, reason=reason)
    ledger.of_this_process.write_due(float("inf"))


def still_sent_emails(**filters):
    return Email.objects.filter(kind=Email.Kind.STILL_SENT, **filters).order_by("pk")


def test_a_client_that_still_sends_the_old_token_is_mailed_about(issued, newer, ada):
    send(issued, NOW + 2 * HOUR)
    planning.sweep(NOW + 2 * HOUR)
    message = message_for(still_sent_emails().get(), now=NOW + 2 * HOUR)
    assert message.subject == "Acme: castor-upload 0.26 still sends an old API token"
    assert "castor-upload 0.26 (Uploads) still sends the token replaced on 24 November 2026, 12:00 UTC" in message.body
    assert issued.token.mask in message.body
    assert message.to == [ada.email]


def test_one_a_day_at_the_most_however_often_it_is_sent(issued, newer, ada):
    for hours in range(1, 73):
        send(issued, NOW + hours * HOUR)
        planning.sweep(NOW + hours * HOUR)
        delivery.send_emails(NOW + hours * HOUR)
    owed = [email.owed_at for email in still_sent_emails()]
    assert len(owed) == 3
    assert min(later - sooner for sooner, later in pairwise(owed)) >= DAY


def test_one_email_is_about_all_that_still_send(acme, issued, newer, ada):
    send(newer, NOW, client="Dust", reason="")
    third = generate_token(acme, scope=Scope.READ_ONLY, by=None, now=NOW + HOUR, replaces=newer.token.pk)
    send(issued, NOW + 3 * HOUR)
    send(newer, NOW + 3 * HOUR, client="Dust")
    assert planning.plan_still_sent(NOW + 3 * HOUR) == 1
    message = message_for(still_sent_emails().get(), now=NOW + 3 * HOUR)
    assert message.subject == "Acme: 2 integrations still send an old API token"
    assert issued.token.mask in message.body
    assert newer.token.mask in message.body
    assert third.token.mask not in message.body


def test_a_pause_of_days_leaves_one_email_to_send(issued, newer, ada):
    delivery.pause(by=Actor("olga"), reason="a test", now=NOW)
    for days in range(1, 6):
        send(issued, NOW + days * DAY)
        planning.sweep(NOW + days * DAY)
        delivery.send_emails(NOW + days * DAY)
    delivery.resume(by=None, now=NOW + 5 * DAY)
    delivery.send_emails(NOW + 5 * DAY)
    assert [email.state for email in still_sent_emails()] == [State.SENT]


@pytest.mark.parametrize("client", ["login.evil.example", "stranger", "https://evil.example"])
def test_whoever_found_a_dead_token_writes_nothing_into_our_mail(issued, newer, ada, client):
    send(issued, NOW + 2 * HOUR, client=client)
    planning.plan_still_sent(NOW + 2 * HOUR)
    message = message_for(still_sent_emails().get(), now=NOW + 2 * HOUR)
    assert message.subject == "Acme: one integration still sends an old API token"
    assert client not in message.message().as_string()
    assert "1 client still sends an old token" in message.body


def test_a_client_whose_name_looks_like_an_address_is_counted_and_not_named(issued, newer, ada):
    send(issued, NOW - HOUR, client="upload.evil.example", reason="")
    send(issued, NOW + 2 * HOUR, client="upload.evil.example")
    planning.plan_still_sent(NOW + 2 * HOUR)
    assert "evil" not in message_for(still_sent_emails().get(), now=NOW + 2 * HOUR).body


def test_an_email_names_ten_clients_and_counts_the_others(issued, newer, ada):
    for number in range(12):
        send(issued, NOW - HOUR, client=f"script-{number}", reason="")
        send(issued, NOW + 2 * HOUR, client=f"script-{number}")
    planning.plan_still_sent(NOW + 2 * HOUR)
    body = message_for(still_sent_emails().get(), now=NOW + 2 * HOUR).body
    assert body.count("Last failed call") == 10
    assert "2 other clients still send an old token" in body


def test_whoever_has_just_replaced_a_token_is_left_in_peace_for_an_hour(issued, newer, ada):
    send(issued, NOW + timedelta(minutes=1))
    assert planning.plan_still_sent(NOW + HOUR - timedelta(seconds=1)) == 0
    assert planning.plan_still_sent(NOW + HOUR) == 1


def test_a_client_that_has_moved_is_not_mailed_about(issued, newer, ada):
    send(issued, NOW + 2 * HOUR)
    send(newer, NOW + 3 * HOUR, reason="")
    assert planning.plan_still_sent(NOW + 4 * HOUR) == 0


def test_one_that_moves_before_the_mail_leaves_supersedes_it(issued, newer, ada):
    send(issued, NOW + 2 * HOUR)
    planning.plan_still_sent(NOW + 2 * HOUR)
    send(newer, NOW + 3 * HOUR, reason="")
    delivery.send_emails(NOW + 3 * HOUR)
    assert still_sent_emails().get().state == State.SUPERSEDED


def test_silence_for_a_day_ends_it(issued, newer, ada):
    send(issued, NOW + 2 * HOUR)
    assert planning.plan_still_sent(NOW + 2 * HOUR + DAY) == 0


@pytest.mark.parametrize("reason", ["insufficient_scope", "account_suspended", "too_many_requests"])
def test_other_failed_calls_are_not_mailed_about(issued, newer, ada, reason):
    send(issued, NOW + 2 * HOUR, reason=reason)
    assert planning.plan_still_sent(NOW + 2 * HOUR) == 0


@pytest.mark.parametrize("how", ["revoked", "expired"])
def test_an_old_token_that_was_revoked_or_had_expired_is_mailed_about_as_well(acme, issued, ada, how):
    old, end = issued.token, NOW if how == "revoked" else issued.token.expires_at
    send(issued, end - HOUR, reason="")
    if how == "revoked":
        revoke_token(old, by=None, now=end)
    send(issued, end + HOUR, reason=how)  # while there is no other one
    generate_token(acme, scope=Scope.READ_ONLY, by=None, now=end + 2 * HOUR)
    assert planning.plan_still_sent(end + 4 * HOUR) == 0
    send(issued, end + 5 * HOUR, reason=how)
    assert planning.plan_still_sent(end + 5 * HOUR) == 1
    body = message_for(still_sent_emails().get(), now=end + 5 * HOUR).body
    said = {"revoked": "revoked on 24 November 2026", "expired": "that expired on 24 November 2027"}
    assert f"castor-upload 0.26 (Uploads) still sends the token {said[how]}, 12:00 UTC, {old.mask}" in body


def test_what_came_before_a_replacement_gets_the_grace_of_the_newest_token(acme, issued, newer, ada):
    generate_token(acme, scope=Scope.READ_ONLY, by=None, now=NOW + 2 * HOUR, replaces=newer.token.pk)
    send(issued, NOW + 2.5 * HOUR)
    assert planning.plan_still_sent(NOW + 3 * HOUR - timedelta(seconds=1)) == 0
    assert planning.plan_still_sent(NOW + 3 * HOUR) == 1


def test_nobody_is_mailed_about_a_rotation_that_is_done(acme, issued, newer, ada):
    send(issued, NOW + 2 * HOUR)
    finish_rotation(newer.token, by=None, now=NOW + 2 * HOUR)
    assert planning.plan_still_sent(NOW + 2 * HOUR) == 0


def test_done_supersedes_the_email_that_waits(acme, issued, newer, ada):
    send(issued, NOW + 2 * HOUR)
    planning.plan_still_sent(NOW + 2 * HOUR)
    finish_rotation(newer.token, by=None, now=NOW + 2 * HOUR)
    delivery.send_emails(NOW + 2 * HOUR)
    assert still_sent_emails().get().state == State.SUPERSEDED


def test_a_suspended_account_is_told_nothing(acme, issued, newer, ada):
    send(issued, NOW + 2 * HOUR)
    suspend_account(acme, by=None, now=NOW)
    assert planning.plan_still_sent(NOW + 2 * HOUR) == 0


def test_without_a_token_to_move_to_there_is_nothing_to_say(issued, newer, ada):
    revoke_token(newer.token, by=None, now=NOW + HOUR)
    send(issued, NOW + 2 * HOUR)
    assert planning.plan_still_sent(NOW + 2 * HOUR) == 0


def test_each_administrator_of_this_account_alone_is_told(acme, issued, newer, ada, carol, eve):
    second = UserFactory.create(account=acme, role=User.Role.ADMIN)
    send(issued, NOW + 2 * HOUR)
    assert planning.plan_still_sent(NOW + 2 * HOUR) == 2
    assert {email.recipient for email in still_sent_emails()} == {ada, second}


def test_who_becomes_an_administrator_later_is_told_alone(acme, issued, newer, ada):
    send(issued, NOW + 2 * HOUR)
    planning.plan_still_sent(NOW + 2 * HOUR)
    second = UserFactory.create(account=acme, role=User.Role.ADMIN)
    assert planning.plan_still_sent(NOW + 3 * HOUR) == 1
    assert still_sent_emails().last().recipient == second


def test_who_still_sends_is_asked_once_however_many_are_told(acme, issued, newer, ada):
    UserFactory.create(account=acme, role=User.Role.ADMIN)
    send(issued, NOW + 2 * HOUR)
    planning.sweep(NOW + 2 * HOUR)
    Email.objects.exclude(kind=Email.Kind.STILL_SENT).delete()
    with CaptureQueriesContext(connection) as asked:
        assert delivery.send_emails(NOW + 2 * HOUR) == 2
    statements = [query["sql"] for query in asked if "tokens_tokenuse" in query["sql"]]
    assert len(statements) == len(set(statements)) == 3


def test_it_is_delivered_and_names_no_value(issued, newer, ada):
    send(issued, NOW + 2 * HOUR)
    planning.sweep(NOW + 2 * HOUR)
    delivery.send_emails(NOW + 2 * HOUR)
    message = InboxMessage.objects.get(subject__contains="still sends")
    assert "castor-upload" in message.html
    assert issued.secret[22:54] not in message.text + message.html
    assert still_sent_emails().get().state == State.SENT
