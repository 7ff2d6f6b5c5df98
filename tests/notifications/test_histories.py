"""Random histories of people, tokens, time and dying senders, against the table of emails written down once more.

Nothing looks at every token here (`no_full_look`), so that a change which does not make its account due shows.
"""

import contextlib
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from anymail.exceptions import AnymailRecipientsRefused
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from accounts.models import Account, User
from accounts.services import note_bounce, reopen_account, suspend_account, trust_address
from notifications import delivery, planning
from notifications.models import Email
from tests.factories import NOW, AccountFactory, UserFactory
from tokens.models import ApiToken, TokenEvent
from tokens.scopes import Scope
from tokens.services import generate_token, revoke_token

HOUR, DAY, LONGEST_WAIT = timedelta(hours=1), timedelta(days=1), timedelta(minutes=75)
NOTICES = ("expires_30", "expires_7", "expires_1", "expired")
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


@dataclass
class Note:
    """One email as the oracle sees it."""

    state: str = "pending"
    first: datetime | None = None


@dataclass
class Token:
    row: ApiToken
    live: bool = True
    notes: dict[tuple[str, str], Note] = field(default_factory=dict)  # (kind, person)


@dataclass
class Event:
    ended: Token | None
    planned: bool = False
    notes: dict[str, Note] = field(default_factory=dict)  # by person


class Oracle:
    """DESIGN, section 5, for one account, in the order of the table and without looking at the code."""

    def __init__(self) -> None:
        self.now = NOW
        self.roles = {"ada"}  # who administers
        self.bounced: set[str] = set()  # whose address turns mail away
        self.suspended = False
        self.tokens: list[Token] = []
        self.events: list[Event] = []

    @property
    def admins(self) -> set[str]:
        return self.roles - self.bounced

    def kind(self, token: Token) -> str | None:
        left = (token.row.expires_at - self.now) / DAY
        if left < -1 or left > 30:
            return None
        return "expired" if left <= 0 else "expires_1" if left <= 1 else "expires_7" if left <= 7 else "expires_30"

    def plan_events(self) -> None:
        for event in self.events:
            if not event.planned:
                for note in event.ended.notes.values() if event.ended else ():
                    note.state = "cancelled" if note.state == "pending" else note.state
                event.planned = bool(self.admins)
                for person in self.admins:
                    if event.notes.get(person, Note("cancelled")).state == "cancelled":
                        event.notes[person] = Note()

    def sweep(self) -> None:
        self.plan_events()
        for token in self.tokens:
            if token.live and not self.suspended:
                self.sweep_token(token)

    def sweep_token(self, token: Token) -> None:
        if token.row.expires_at - self.now < -DAY:
            told = {note.state for (kind, _), note in token.notes.items() if kind == "expired"}
            if told <= {"pending", "cancelled", "superseded", "failed"}:
                for person in self.admins:
                    token.notes.setdefault(("expired", person), Note()).state = "missed"
        elif due := self.kind(token):
            for person in self.admins:
                for kind in NOTICES:
                    note = token.notes.get((kind, person))
                    if kind != due and note and note.state == "pending":
                        note.state = "superseded"
                if token.notes.get((due, person), Note("cancelled")).state in {"cancelled", "superseded"}:
                    token.notes[due, person] = Note()

    def send(self, mood: str) -> None:
        for event in self.events:
            for person, note in event.notes.items():
                self.send_note(note, mood, "cancelled" if person not in self.admins else None)
            if event.planned and {note.state for note in event.notes.values()} == {"cancelled"}:
                event.planned = False
        for token in self.tokens:
            for (kind, person), note in token.notes.items():
                self.send_note(note, mood, self.refusal(token, kind, person))

    def send_note(self, note: Note, mood: str, refusal: str | None) -> None:
        if note.state in {"pending", "sending"}:
            note.first = note.first or self.now
            given_up = "failed" if self.now - note.first >= DAY else None
            note.state = refusal or given_up or self.after(mood)

    def refusal(self, token: Token, kind: str, person: str) -> str | None:
        if person not in self.admins or not token.live or self.suspended:
            return "cancelled"
        if self.kind(token) == kind:
            return None
        told = any(note.state == "sent" for (other, _), note in token.notes.items() if other == "expired")
        too_late = kind == "expired" and token.row.expires_at - self.now < -DAY
        return "missed" if too_late and not told else "superseded"

    def after(self, mood: str) -> str:
        return {"well": "sent", "down": "pending", "refuses": "failed"}.get(mood, "sending")


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
            trust_address(self.people[name])
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
            suspend_account(self.account, now=self.oracle.now)
        else:
            reopen_account(self.account)
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
        planning.plan_events(self.oracle.now)
        self.oracle.plan_events()

    @rule(mood=st.sampled_from(["well", "well", "down", "refuses", "kills before", "kills after"]))
    def send(self, mood: str) -> None:
        self.oracle.now += LONGEST_WAIT  # so that whatever waits is due
        Provider.mood = mood
        for pk in Email.objects.due(self.oracle.now).values_list("pk", flat=True):
            with contextlib.suppress(Killed):
                delivery.send_email(pk, now=self.oracle.now)
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
    run(60)


@pytest.mark.long
@pytest.mark.django_db
def test_two_thousand_histories_agree_with_the_table():
    run(2_000)
