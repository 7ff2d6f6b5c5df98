"""Who uses a token, in the emails about its end: read when they leave, named with care."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from notifications import delivery, events, planning
from notifications.emails import message_for
from notifications.models import Email, InboxMessage
from tests.factories import NOW, UserFactory
from tests.tokens.uses import use
from tokens.clients import OTHERS
from tokens.doors import Door
from tokens.models import TokenUse
from tokens.rotation import MAX_CLIENTS_PER_ROTATION
from tokens.scopes import Scope
from tokens.services import generate_token, revoke_token

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def token(issued, ada):
    """Acme's token; the emails about its creation are done."""
    planning.plan_emails(NOW)
    Email.objects.all().delete()
    return issued.token


def near_its_end(token, days):
    """The email about its expiry, so many days before it."""
    planning.sweep(token.expires_at - timedelta(days=days))
    return Email.objects.get(event=None)


def said_by(email, *, now):
    """The text and the HTML on one line each."""
    message = message_for(email, now=now)
    html = message.alternatives[0].content  # type: ignore[attr-defined]  # a named tuple
    return [" ".join(str(part).split()) for part in (message.body, html)]


@pytest.mark.parametrize(("days", "whose"), [(30, "the"), (7, "the"), (1, "the"), (-0.5, "its")])
def test_an_expiry_notice_says_who_uses_the_token(token, days, whose):
    now = token.expires_at - timedelta(days=days)
    last = min(now, token.expires_at)
    use(token, "claude-desktop", at=last - HOUR, calls=200)
    use(token, "claude-desktop", at=last - 3 * DAY, door=Door.MCP, calls=14)
    use(token, "airflow", at=last - 2 * DAY, calls=1204)
    use(token, "long ago", at=last - 31 * DAY, calls=7)
    text, html = said_by(near_its_end(token, days), now=now)
    assert f"In {whose} last 30 days it was used by: - airflow: 1,204 calls - claude-desktop: 214 calls" in text
    assert f"In {whose} last 30 days it was used by:" in html
    assert "<li><bdi>airflow</bdi>: 1,204 calls</li> <li><bdi>claude-desktop</bdi>: 214 calls</li> </ul>" in html
    assert "long ago" not in text + html


@pytest.mark.parametrize("days", [30, 0])
def test_a_token_that_nobody_used_says_so(token, days):
    said = said_by(near_its_end(token, days), now=token.expires_at - timedelta(days=days))
    assert ["Nobody used it in the last 30 days." in part for part in said] == [True, True]


def test_a_revoked_token_s_email_tells_of_its_last_days_however_late_it_leaves(token):
    use(token, "nightly", at=NOW + 10 * DAY, calls=1)
    use(token, "a month before", at=NOW - 25 * DAY)
    revoke_token(token, by=None, now=NOW + 11 * DAY)
    use(token, "nightly", at=NOW + 12 * DAY, calls=50, reason="revoked")
    events.plan_token_events(NOW + 11 * DAY)
    text, html = said_by(Email.objects.get(), now=NOW + 60 * DAY)
    assert "In its last 30 days it was used by: - nightly: 1 call Settings" in text
    assert "<li><bdi>nightly</bdi>: 1 call</li> </ul>" in html


def test_the_email_about_a_replacement_tells_who_used_the_old_token(acme, token):
    use(token, "nightly", at=NOW + HOUR, calls=3)
    newer = generate_token(acme, scope=Scope.READ_ONLY, by=None, now=NOW + DAY, replaces=token.pk).token
    use(newer, "dbt", at=NOW + DAY + HOUR)
    events.plan_token_events(NOW + DAY)
    for part in said_by(Email.objects.get(), now=NOW + 2 * DAY):
        assert "In its last 30 days the old token was used by:" in part
        assert "nightly" in part
        assert "dbt" not in part


def test_the_email_about_a_first_token_says_nothing_of_use(acme, ada):
    generate_token(acme, scope=Scope.READ_WRITE, by=None, now=NOW)
    events.plan_token_events(NOW)
    assert [part for part in said_by(Email.objects.get(), now=NOW) if "last 30 days" in part] == []


def test_it_is_read_when_the_email_leaves(token):
    now = token.expires_at - 7 * DAY
    near_its_end(token, 7)
    use(token, "came later", at=now + HOUR, calls=2)
    delivery.send_emails(now + 2 * HOUR)
    assert "- came later: 2 calls" in InboxMessage.objects.get().text


@pytest.mark.parametrize("reason", ["revoked", "insufficient_scope", "too_many_requests"])
def test_whom_the_token_did_not_let_in_writes_nothing_into_our_mail(token, reason):
    use(token, "evil", at=token.expires_at - 8 * DAY, calls=9, reason=reason)
    for part in said_by(near_its_end(token, 7), now=token.expires_at - 7 * DAY):
        assert "evil" not in part
        assert "Nobody used it" in part


@pytest.mark.parametrize("name", ["login.evil.example", "https:evil", "upload.evil.example 1.2"])
def test_a_name_that_looks_like_an_address_is_counted_and_not_written(token, name):
    use(token, name, at=token.expires_at - 8 * DAY, calls=9)
    use(token, OTHERS, at=token.expires_at - 8 * DAY, calls=3)
    for part in said_by(near_its_end(token, 7), now=token.expires_at - 7 * DAY):
        assert "evil" not in part
        assert "2 clients: 12 calls" in part


def test_an_unnamed_client_is_called_so(token):
    use(token, "", at=token.expires_at - 8 * DAY)
    for part in said_by(near_its_end(token, 7), now=token.expires_at - 7 * DAY):
        assert "an unnamed client: 1 call" in part


def test_ten_are_named_and_the_others_counted(token):
    for number in range(13):
        use(token, f"script-{number:02}", at=token.expires_at - 8 * DAY, calls=1000 - number)
    text, html = said_by(near_its_end(token, 7), now=token.expires_at - 7 * DAY)
    assert (text.count("script-"), html.count("script-")) == (10, 10)
    assert "- script-09: 991 calls - 3 other clients: 2,967 calls" in text


def test_hundreds_of_clients_are_counted_in_two_queries(token, django_assert_num_queries):
    email, at = near_its_end(token, 7), token.expires_at - 8 * DAY
    day = {"day": at.date(), "first_seen": at, "last_seen": at}
    names = [f"c{number}" for number in range(MAX_CLIENTS_PER_ROTATION + 30)]
    uses = [TokenUse(token=token, client=name, door=Door.REST, reason="", calls=2, **day) for name in names]
    TokenUse.objects.bulk_create(uses)
    email = Email.objects.with_facts().get(pk=email.pk)
    with django_assert_num_queries(2):
        text, _ = said_by(email, now=token.expires_at - 7 * DAY)
    assert "220 other clients: 440 calls" in text


def test_all_recipients_share_one_look_at_the_ledger(acme, token):
    for _ in range(4):
        UserFactory.create(account=acme, role=User.Role.ADMIN)
    use(token, "nightly", at=token.expires_at - 8 * DAY)
    now = token.expires_at - 7 * DAY
    planning.sweep(now)
    with CaptureQueriesContext(connection) as asked:
        assert delivery.send_emails(now) == 5
    assert len([query for query in asked if "tokens_tokenuse" in query["sql"]]) == 1
    assert {"- nightly: 1 call" in message.text for message in InboxMessage.objects.all()} == {True}
