"""Random histories of people, tokens, time and dying senders, against the table of emails written down once more.

No sweep checks every token here (`no_full_sweep`), so that a change which does not make its account due shows.
"""

import contextlib
import uuid
from datetime import timedelta

import pytest
from anymail.exceptions import AnymailRecipientsRefused
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from accounts.models import Account, User
from accounts.services import note_bounce, reopen_account, suspend_account, trust_address
from notifications import events, planning
from notifications.models import Email
from tests.factories import AccountFactory, UserFactory
from tests.notifications.backends import send_email
from tests.notifications.oracle import DAY, Event, Oracle, Token
from tokens.models import ApiToken, TokenEvent
from tokens.scopes import Scope
from tokens.services import generate_token, revoke_token

HOUR, LONGEST_WAIT = timedelta(hours=1), timedelta(minutes=75)
SPANS = [timedelta(hours=1), timedelta(hours=23), DAY, 6 * DAY, 23 * DAY, 29 * DAY, 335 * DAY, 366 * DAY]

TIMES_LEFT = [-2 * DAY, -HOUR, HOUR, 5 * DAY, 20 * DAY, 40 * DAY]  # of a token that comes from a backup


class Killed(BaseException):
    """What a SIGKILL is to a sender: nothing after it runs."""


class Provider(BaseEmailBackend):
    mood = "well"
    taken: list[str] = []  # emptied by each history

    def send_messages(self, email_messages):
        if self.mood == "down":
            raise ConnectionRefusedError
        if self.mood == "refuses":
            raise AnymailRecipientsRefused
        if self.mood == "kills before":
            raise Killed
        self.taken.append(email_messages[0].extra_headers["Message-ID"])
        if self.mood == "kills after":
            raise Killed
        return 1


class History(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.oracle = Oracle()
        self.account: Account = AccountFactory.create(slug="history")
        self.people = {
            name: UserFactory.create(email=f"{name}@history.test", account=self.account) for name in ("ada", "bob")
        }
        self.grant("ada", admin=True)
        Provider.taken.clear()

    @initialize(scope=st.sampled_from(list(Scope)), left=st.sampled_from(TIMES_LEFT))
    def begin_near_an_end(self, scope: Scope, left: timedelta) -> None:
        self.sweep()  # the people are new, too
        self.restore(scope, left)
        self.sweep()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    def grant(self, name: str, *, admin: bool) -> None:
        User.objects.filter(pk=self.people[name].pk).update(role=User.Role.ADMIN if admin else User.Role.VIEWER)

    @rule(scope=st.sampled_from(list(Scope)))
    def generate(self, scope: Scope) -> None:
        if self.oracle.suspended:
            return
        old = self.open_token(scope)
        active = old if old and old.row.expires_at > self.oracle.now else None
        issued = generate_token(
            self.account, scope=scope, by=None, now=self.oracle.now, replaces=active.row.pk if active else None
        )
        if old:
            old.live = False
        self.oracle.tokens.append(Token(issued.token))
        self.oracle.events.append(Event(active))

    @rule(scope=st.sampled_from(list(Scope)))
    def revoke(self, scope: Scope) -> None:
        if old := self.open_token(scope):
            revoke_token(old.row, by=None, now=self.oracle.now)
            old.live = False
            self.oracle.events.append(Event(old))

    def open_token(self, scope: Scope) -> Token | None:
        return next((token for token in self.oracle.tokens if token.live and token.row.scope == scope), None)

    @rule(name=st.sampled_from(["ada", "bob"]), swept=st.booleans())
    def come_or_go(self, name: str, swept: bool) -> None:
        self.oracle.roles ^= {name}
        self.grant(name, admin=name in self.oracle.roles)
        if swept:  # before anything else makes the account due
            self.sweep()

    @rule(name=st.sampled_from(["ada", "bob"]), swept=st.booleans())
    def bounce_or_mend(self, name: str, swept: bool) -> None:
        self.oracle.bounced ^= {name}
        if name in self.oracle.bounced:
            note_bounce(self.people[name], f"{name}@history.test", now=self.oracle.now)
        else:
            trust_address(self.people[name], by=None, now=self.oracle.now)
        if swept:
            self.sweep()

    @rule(scope=st.sampled_from(list(Scope)), left=st.sampled_from(TIMES_LEFT))
    def restore(self, scope: Scope, left: timedelta) -> None:
        """A token that no service made, such as one from a backup."""
        if self.open_token(scope) is None:
            end = self.oracle.now + left
            fields = {"public_id": uuid.uuid4().hex[:12], "digest": bytes(32), "pepper_number": 1, "last_four": "0000"}
            fields |= {"region": "eu", "created_at": end - 365 * DAY, "expires_at": end}
            self.oracle.tokens.append(Token(ApiToken.objects.create(account=self.account, scope=scope, **fields)))

    @rule(swept=st.booleans())
    def suspend_or_reopen(self, swept: bool) -> None:
        self.oracle.suspended = not self.oracle.suspended
        if self.oracle.suspended:
            suspend_account(self.account, by=None, now=self.oracle.now)
        else:
            reopen_account(self.account, by=None, now=self.oracle.now)
        if swept:
            self.sweep()

    @rule(span=st.sampled_from(SPANS))
    def wait(self, span: timedelta) -> None:
        self.oracle.now += span

    @rule()
    def wait_for_a_mark(self) -> None:
        marks = [token.row.expires_at - days * DAY for token in self.oracle.tokens for days in (30, 7, 1, 0, -1)]
        self.oracle.now = min((mark for mark in marks if mark > self.oracle.now), default=self.oracle.now)

    @rule()
    def sweep(self) -> None:
        assert planning.sweep(self.oracle.now) is not None
        self.oracle.sweep()

    @rule()
    def plan_events(self) -> None:
        events.plan_token_events(self.oracle.now)
        self.oracle.plan_events()

    @rule(mood=st.sampled_from(["well", "well", "down", "refuses", "kills before", "kills after"]))
    def send(self, mood: str) -> None:
        self.oracle.now += LONGEST_WAIT  # so that whatever waits is due
        Provider.mood = mood
        for pk in Email.objects.due(self.oracle.now).values_list("pk", flat=True):
            with contextlib.suppress(Killed):
                send_email(pk, now=self.oracle.now)
        self.oracle.send(mood)

    @invariant()
    def the_outbox_is_what_the_table_owes(self) -> None:
        names = {person.pk: name for name, person in self.people.items()}
        notices = {
            (email.token_id, email.kind, names[email.recipient_id]): email.state
            for email in Email.objects.filter(event=None)
        }
        assert notices == {
            (token.row.pk, kind, person): note.state
            for token in self.oracle.tokens
            for (kind, person), note in token.notes.items()
        }

    @invariant()
    def each_event_is_told_once_to_whoever_administers_when_it_is_sent(self) -> None:
        names = {person.pk: name for name, person in self.people.items()}
        order = {pk: place for place, pk in enumerate(TokenEvent.objects.order_by("pk").values_list("pk", flat=True))}
        told = {
            (order[email.event_id], names[email.recipient_id]): email.state  # type: ignore[index]
            for email in Email.objects.filter(event__isnull=False)
        }
        assert told == {
            (place, person): note.state
            for place, event in enumerate(self.oracle.events)
            for person, note in event.notes.items()
        }

    @invariant()
    def whatever_is_marked_sent_was_taken_by_the_provider(self) -> None:
        sent = Email.objects.filter(state="sent").values_list("message_id", flat=True)
        assert set(sent) <= set(Provider.taken)


def run(histories: int) -> None:
    quiet = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    run_state_machine_as_test(
        History,
        settings=settings(
            max_examples=histories, stateful_step_count=25, deadline=None, suppress_health_check=quiet, database=None
        ),
    )


@pytest.fixture(autouse=True)
def provider(settings):
    settings.EMAIL_BACKEND = f"{__name__}.Provider"


@pytest.mark.django_db
def test_a_few_histories_agree_with_the_table():
    run(25)


@pytest.mark.long
@pytest.mark.django_db
def test_two_thousand_histories_agree_with_the_table():
    run(2_000)
