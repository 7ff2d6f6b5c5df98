"""What the statements by hand decide, beside the rules that they stand for."""

from datetime import timedelta

import pytest

from accounts.models import User
from accounts.services import suspend_account
from notifications import claims, delivery, events
from notifications.claims import Claim, claim, next_page
from notifications.models import Email, Outbox, PlannedEvent
from tests.factories import NOW, UserFactory
from tokens.services import revoke_token

State = Email.State
LEASE = NOW + timedelta(minutes=3)


def claimed(email: Email) -> Claim:
    mine = claim(email, LEASE, now=NOW)
    assert mine is not None
    return mine


@pytest.fixture
def read(planned):
    """The email as a sender reads it with its page."""
    [email] = next_page(NOW)
    return email


def test_a_claim_counts_the_attempt_and_holds_the_lease(read):
    mine = claimed(read)
    row = Email.objects.get()
    assert mine.email is read
    assert (row.state, row.attempts, row.first_attempt_at, row.lease_until) == (State.SENDING, 1, NOW, LEASE)
    assert (read.attempts, read.first_attempt_at) == (1, NOW)


def test_a_second_attempt_keeps_the_time_of_the_first(read):
    before = NOW - timedelta(hours=1)
    Email.objects.update(attempts=1, first_attempt_at=before)
    [email] = next_page(NOW)
    claim(email, LEASE, now=NOW)
    assert (email.attempts, email.first_attempt_at, Email.objects.get().first_attempt_at) == (2, before, before)


@pytest.mark.parametrize(
    "changes",
    [
        {"state": State.SENT, "sent_at": NOW},
        {"state": State.SENDING, "lease_until": NOW + timedelta(seconds=1)},
        {"attempts": 1},
    ],
)
def test_what_another_sender_took_meanwhile_is_left_alone(read, changes):
    Email.objects.update(**changes)
    assert claim(read, LEASE, now=NOW) is None
    assert Email.objects.filter(**changes).exists()


@pytest.mark.parametrize("changes", [{"paused_at": NOW}, {"held_until": NOW + timedelta(seconds=1)}])
def test_nothing_is_claimed_while_the_outbox_is_held(read, changes):
    Outbox.current()
    Outbox.objects.update(**changes)
    assert claim(read, LEASE, now=NOW) is None
    assert Email.objects.get().attempts == 0


def test_a_pause_in_the_middle_of_a_page_stops_the_next_email(acme, planned):
    UserFactory.create(email="bob@acme.test", account=acme, role=User.Role.ADMIN)
    Email.objects.all().delete()
    PlannedEvent.objects.all().delete()
    events.plan_token_events(NOW)

    def pause(was_sent):
        delivery.pause(by=None, reason="", now=NOW)

    assert delivery.send_emails(NOW, on_attempt=pause) == 1


@pytest.mark.parametrize("what", ["role", "status", "address", "bounced", "account", "suspended", "revoked"])
def test_what_changed_since_the_page_was_read_is_read_again(read, umbrella, ada, issued, what):
    person = User.objects.filter(pk=ada.pk)
    acts = {
        "role": lambda: person.update(role=User.Role.VIEWER),
        "status": lambda: person.update(status=User.Status.SUSPENDED),
        "address": lambda: person.update(email="ada@new.test"),
        "bounced": lambda: person.update(bounced_address=ada.email),
        "account": lambda: person.update(account=umbrella),
        "suspended": lambda: suspend_account(issued.token.account, by=None, now=NOW),
        "revoked": lambda: revoke_token(issued.token, by=None, now=NOW),
    }
    acts[what]()
    mine = claimed(read)
    assert mine.email == Email.objects.get()
    assert mine.email is not read


def test_a_claim_says_whether_the_provider_was_failing(read):
    assert not claimed(read).provider_fails
    Email.objects.update(state=State.PENDING, lease_until=None)
    Outbox.objects.update_or_create(pk=Outbox.ONLY, defaults={"failing_since": NOW})
    assert claimed(next_page(NOW)[0]).provider_fails


def test_only_the_holder_of_the_lease_marks_it_sent(read):
    mine = claimed(read)
    Email.objects.update(lease_until=LEASE + timedelta(seconds=1))
    assert not mine.mark_sent(provider_id="", now=NOW)
    Email.objects.update(lease_until=LEASE)
    assert mine.mark_sent(provider_id="from-the-provider", now=NOW)
    row = Email.objects.get()
    assert (row.state, row.sent_at, row.changed_at, row.lease_until) == (State.SENT, NOW, NOW, None)
    assert row.provider_id == "from-the-provider"


def test_a_page_is_drawn_from_the_oldest_and_keeps_their_order(acme, planned, monkeypatch):
    monkeypatch.setattr(claims, "MAX_CANDIDATES", 2)
    for minutes in (3, 1, 2):
        UserFactory.create(email=f"{minutes}@acme.test", account=acme, role=User.Role.ADMIN)
        Email.objects.create(
            kind="generated",
            account=acme,
            token=planned.token,
            event=planned.event,
            recipient=User.objects.get(email=f"{minutes}@acme.test"),
            message_id=f"<{minutes}@acme.test>",
            **dict.fromkeys(
                ("next_attempt_at", "created_at", "owed_at", "changed_at"), NOW - timedelta(minutes=minutes)
            ),
        )
    assert [email.message_id for email in next_page(NOW)] == ["<3@acme.test>", "<2@acme.test>"]
