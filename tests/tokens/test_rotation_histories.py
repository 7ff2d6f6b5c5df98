"""Random histories of tokens and calls: the board of who has moved, against its rules written down once more.

The calls pass the check of the doors and the ledger; the oracle looks at the list of what was done, call by call.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from accounts.models import Account
from notifications.subjects.tokens import still_sending
from tests.factories import NOW, AccountFactory
from tokens import ledger
from tokens.authentication import authenticate
from tokens.doors import Door
from tokens.errors import TokenError
from tokens.rotation import rotations
from tokens.scopes import Scope
from tokens.services import finish_rotation, generate_token, revoke_token

SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
SPANS = [timedelta(minutes=20), HOUR, HOUR, 23 * HOUR, DAY, DAY - SECOND, 28 * DAY]
CLIENTS = ["dbt 1.11", "nightly", ""]
SCOPES = st.sampled_from([Scope.READ_ONLY] * 4 + [Scope.READ_WRITE])  # mostly one: histories of two are thin
Who = tuple[str, Door]


@dataclass
class Call:
    who: Who
    at: datetime
    was_let_in: bool


@dataclass
class Token:
    text: str
    made: datetime
    expires: datetime
    ended: datetime | None = None  # by a person, or by the token that came after its end
    calls: list[Call] = field(default_factory=list)
    is_done: bool = False

    def opens(self, now: datetime) -> bool:
        return self.ended is None and now < self.expires


class Oracle:
    """What a person with the list of all calls would say."""

    def __init__(self) -> None:
        self.now = NOW
        self.tokens: dict[Scope, list[Token]] = {scope: [] for scope in Scope}  # of each scope, the oldest first

    def recent(self, token: Token) -> list[Call]:
        """Its calls of the last thirty UTC days."""
        return [call for call in token.calls if (self.now.date() - call.at.date()).days < 30]

    def active(self, scope: Scope) -> Token | None:
        return next((token for token in self.tokens[scope] if token.opens(self.now)), None)

    def board(self, scope: Scope) -> tuple[list[str], dict[Who, str]] | None:
        """The old tokens, the latest first, and where each client stands; None when there is no board."""
        new = self.active(scope)
        old = [token for token in self.tokens[scope] if token is not new and self.recent(token)]
        if new is None or not old:
            return None
        clients = {call.who for token in old for call in self.recent(token)}
        return [token.text[-4:] for token in reversed(old)], {who: self.stands(who, old, new) for who in clients}

    def failures(self, who: Who, old: list[Token], new: Token) -> list[datetime]:
        """When the client was turned away with an old token, since there is a new one to use."""
        calls = [call for token in old for call in self.recent(token) if call.who == who and not call.was_let_in]
        return [call.at for call in calls if call.at >= new.made]

    def stands(self, who: Who, old: list[Token], new: Token) -> str:
        failures = self.failures(who, old, new)
        came = [call.at for call in self.recent(new) if call.who == who]
        if not came:
            return "STILL_SENDING" if failures else "WAITING"
        if not failures or max(failures) <= min(came):
            return "MOVED"
        quiet = max(failures) < max(came) and self.now - max(failures) >= DAY
        return "MOVED" if quiet else "IN_PART"

    def mailed(self) -> list[tuple[Who, datetime]]:
        """Whom the daily email is about, and when they failed last."""
        about = []
        for scope in Scope:
            board, new = self.board(scope), self.active(scope)
            if board is None or new is None or new.is_done or self.now - new.made < HOUR:
                continue
            old = [token for token in self.tokens[scope] if token is not new]
            for who, where in board[1].items():
                if where in {"STILL_SENDING", "IN_PART"}:
                    about.append((who, max(self.failures(who, old, new))))
        return sorted(one for one in about if self.now - one[1] < DAY)


class History(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.oracle = Oracle()
        self.account: Account = AccountFactory.create(slug="history")
        self.ledger = ledger.Ledger(threaded=False)

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    def last(self, scope: Scope) -> Token | None:
        return self.oracle.tokens[scope][-1] if self.oracle.tokens[scope] else None

    def pass_by(self, span: timedelta = SECOND) -> None:
        self.oracle.now += span

    @initialize(how=st.sampled_from(["replaced", "revoked", "expired"]), clients=st.sets(st.sampled_from(CLIENTS)))
    def begin_with_an_old_token_and_a_new_one(self, how: str, clients: set[str]) -> None:
        scope = Scope.READ_ONLY
        self.generate(scope)
        if how == "expired":
            self.come_to_the_end(scope, -HOUR)
        for client in sorted(clients):
            self.call(scope, 0, client, Door.REST)
        if how == "revoked":
            self.revoke(scope)
        elif how == "expired":
            self.come_to_the_end(scope, HOUR)
        self.generate(scope)

    @rule(scope=SCOPES)
    def generate(self, scope: Scope) -> None:
        """Over an active token it replaces that; over an expired one it closes that."""
        self.pass_by()
        now, last = self.oracle.now, self.last(scope)
        active = self.account.tokens.active(now).filter(scope=scope).first()
        replaces = active.pk if active else None
        issued = generate_token(self.account, scope=scope, by=None, now=now, replaces=replaces)
        if last and last.ended is None:
            last.ended = now
        self.oracle.tokens[scope].append(Token(issued.secret, now, issued.token.expires_at))

    @rule(scope=SCOPES)
    def revoke(self, scope: Scope) -> None:
        self.pass_by()
        last = self.last(scope)
        if last and last.ended is None:
            revoke_token(self.account.tokens.open().get(scope=scope), by=None, now=self.oracle.now)
            last.ended = self.oracle.now

    @rule(scope=SCOPES, past=st.sampled_from([-HOUR, timedelta(), HOUR]))
    def come_to_the_end(self, scope: Scope, past: timedelta) -> None:
        if (last := self.last(scope)) and last.ended is None:
            self.oracle.now = max(self.oracle.now, last.expires + past)

    @rule(
        scope=SCOPES,
        back=st.sampled_from([0, 0, 1, 1, 1, 2, 3]),
        client=st.sampled_from(CLIENTS),
        door=st.sampled_from([Door.REST, Door.REST, Door.MCP]),
    )
    def call(self, scope: Scope, back: int, client: str, door: Door) -> None:
        """With the newest token, or one that came so many before it."""
        self.pass_by()
        tokens = self.oracle.tokens[scope]
        if back < len(tokens):
            token, now = tokens[-1 - back], self.oracle.now
            used, reason = self.check(token.text, now)
            self.ledger.record(used, door=door, client=client, address=None, now=now, reason=reason)
            self.ledger.write_due(float("inf"))
            assert (reason == "") == token.opens(now)
            token.calls.append(Call((client, door), now, token.opens(now)))

    def check(self, text, now):
        """The token and why it is refused, as a door tells the ledger."""
        try:
            return authenticate(text, now=now), ""
        except TokenError as error:
            return error.token, error.recorded_as

    @rule(span=st.sampled_from(SPANS))
    def wait(self, span: timedelta) -> None:
        self.pass_by(span)

    @rule(scope=SCOPES)
    def say_done(self, scope: Scope) -> None:
        if active := self.oracle.active(scope):
            finish_rotation(self.account.tokens.open().get(scope=scope), by=None, now=self.oracle.now)
            active.is_done = True

    @invariant()
    def the_boards_say_what_the_calls_say(self) -> None:
        boards = {
            Scope(one.token.scope): (
                [old.last_four for old in one.old],
                {(client.name, client.door): client.progress.name for client in one.clients},
            )
            for one in rotations(self.account, now=self.oracle.now)
        }
        expected = {scope: self.oracle.board(scope) for scope in Scope}
        assert boards == {scope: board for scope, board in expected.items() if board}

    @invariant()
    def the_daily_email_is_about_those_who_still_send(self) -> None:
        clients = still_sending(self.account, now=self.oracle.now)
        assert sorted(((one.name, one.door), one.last_failed) for one in clients) == self.oracle.mailed()


def run(histories: int) -> None:
    quiet = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    run_state_machine_as_test(
        History,
        settings=settings(
            max_examples=histories, stateful_step_count=25, deadline=None, suppress_health_check=quiet, database=None
        ),
    )


@pytest.mark.django_db
def test_a_few_histories_of_rotations_agree_with_the_calls():
    run(12)


@pytest.mark.long
@pytest.mark.django_db
def test_two_thousand_histories_of_rotations_agree_with_the_calls():
    run(2_000)
