"""Turns facts into rows of the outbox: events not planned yet, and tokens whose notices fall due.

The sweep looks at the accounts that `agenda` calls due, and once an hour at everything.

May run in any number of processes at once: what is planned twice is refused by the unique constraints.
"""

import logging
import time
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q

from accounts.models import Account, User
from jobs import heartbeats
from jobs.leases import MAX_CLOCK_SKEW
from notifications import agenda, people, rules
from notifications.models import Email, PlannedEvent, afresh
from notifications.outbox import new_email
from notifications.recipients import (
    reachable_administrators,
    recipients_by_account,
    recipients_of,
    with_usable_address,
)
from notifications.subjects.tokens import still_sending
from tokens.models import ApiToken, TokenEvent, TokenUse

logger = logging.getLogger(__name__)

Kind, State = Email.Kind, Email.State
Row = tuple[int, Email.State]  # primary key, state
Notices = dict[int, dict[Email.Kind, Row]]  # about one token, by recipient and kind

MAX_ROWS_PER_PAGE = 500  # read at once
RECENT_EVENTS = 5_000  # that the check of every few seconds reaches back; the hourly one reads all


@dataclass(slots=True)
class Sweep:
    """What one look at all that is due found and did."""

    now: datetime
    tokens: int = 0  # that were due
    counts: Counter[Email.State] = field(default_factory=Counter)  # rows that got this state
    unreachable: set[int] = field(default_factory=set)  # accounts without anybody to tell
    begun: float = field(default_factory=time.monotonic)

    def hold(self) -> None:
        """Go on for another lease."""
        heartbeats.hold_sweep(self.now + timedelta(seconds=time.monotonic() - self.begun))


def plan_emails(now: datetime) -> int:
    """The quick look at what is owed about people and events; returns how many rows that made."""
    return people.plan(now) + plan_events(now)


def sweep(now: datetime) -> Sweep | None:
    """Look at every account that is due; None if another process is doing that at this moment."""
    if not heartbeats.claim_sweep(now):
        return None
    found = Sweep(now)
    try:
        if heartbeats.everything_is_due(now):
            look_at_everything(found, now=now)
        for rows, accounts in agenda.due(now):
            look_at(accounts, found, rows=rows, now=now)
        found.counts[State.PENDING] += plan_echoes(now)
        found.unreachable = agenda.unreachable_accounts()
        found.hold()
    finally:
        heartbeats.end_sweep()
    if found.unreachable:
        logger.error("nobody_to_notify accounts=%s", sorted(found.unreachable)[:20])
    return found


def look_at(accounts: Collection[int], found: Sweep, *, now: datetime, rows: Collection[int] = ()) -> None:
    """Plan what these accounts are owed; they are not due again before something changes or another notice fits.

    `rows` of the agenda are done with by that, and those that name the accounts.
    """
    rows = {*rows, *agenda.rows_of(accounts)}
    events = unplanned_events(token__account__in=accounts)
    found.counts[State.PENDING] += sum(plan_event(event, now=now) for event in events)
    plan_page(accounts, found, rows=rows, now=now)
    found.hold()


def look_at_everything(found: Sweep, *, now: datetime) -> None:
    """The same as if there were no agenda, for what it may have forgotten: rows restored without it, a wrong clock."""
    found.counts[State.PENDING] += plan_events(now, all_of_them=True) + people.plan(now, all_of_them=True)
    accounts = accounts_near_an_end(now)
    for start in range(0, len(accounts), agenda.MAX_ACCOUNTS_PER_CHECK):
        look_at(accounts[start : start + agenda.MAX_ACCOUNTS_PER_CHECK], found, now=now)
    heartbeats.note_everything(now)


# --- Events ------------------------------------------------------------------------------------


def plan_events(now: datetime, *, all_of_them: bool = False) -> int:
    """Plan the emails of events that nobody planned yet; returns how many rows that made.

    Looks at the newest events; `all_of_them` also finds one whose transaction took so long that thousands passed it.
    """
    newest = TokenEvent.objects.aggregate(newest=Max("pk"))["newest"] or 0
    floor = 0 if all_of_them else newest - RECENT_EVENTS
    return sum(plan_event(event, now=now) for event in unplanned_events(floor))


def unplanned_events(after: int = 0, **which: object) -> Iterator[TokenEvent]:
    """Oldest first, in pages, so that those that cannot be planned yet never stand in the way of the others."""
    planned = PlannedEvent.objects.filter(event=OuterRef("pk"))
    events = TokenEvent.objects.filter(~Exists(planned), **which).select_related("token__account").order_by("pk")
    while page := list(events.filter(pk__gt=after)[:MAX_ROWS_PER_PAGE]):
        yield from page
        after = page[-1].pk


@transaction.atomic
def plan_event(event: TokenEvent, *, now: datetime) -> int:
    """Plan one event; 0 if another planner was first or nobody can be told yet (then it stays owed)."""
    cancel_notices(event, now=now)
    people = recipients_of(event.token.account)
    if not people:
        return 0
    _, first = PlannedEvent.objects.get_or_create(event=event, defaults={"planned_at": now})
    if not first:
        return 0
    # Somebody whose email was cancelled may be back; the others have a row already, or get one now.
    known = dict(Email.objects.filter(event=event).values_list("recipient", "state"))
    again = [person.pk for person in people if known.get(person.pk) == State.CANCELLED]
    Email.objects.filter(event=event, recipient__in=again, state=State.CANCELLED).update(
        state=State.PENDING, changed_at=now, **afresh(now)
    )
    kind, new = rules.kind_of(event), [person for person in people if person.pk not in known]
    rows = [new_email(kind=kind, token=event.token, event=event, recipient=person, now=now) for person in new]
    return len(Email.objects.bulk_create(rows)) + len(again)


def cancel_notices(event: TokenEvent, *, now: datetime) -> None:
    """Whoever ended a token knows of its end: nothing about its expiry is owed any more."""
    ended = event.replaced_id or (event.token_id if event.kind == TokenEvent.Kind.REVOKED else None)
    if ended:
        waiting = Email.objects.filter(token=ended, event=None, state=State.PENDING)
        waiting.update(state=State.CANCELLED, changed_at=now)


# --- Expiry ------------------------------------------------------------------------------------


def accounts_near_an_end(now: datetime) -> list[int]:
    """Found without the agenda: open, with a token from 30 days before its end until *expired* is settled."""
    settled = Email.objects.filter(token=OuterRef("pk"), event=None, kind=Kind.EXPIRED).exclude(state__in=rules.UNTOLD)
    recent = Q(expires_at__gte=now - rules.GRACE)
    near = ApiToken.objects.open().filter(account__suspended_at=None, expires_at__lte=now + rules.FIRST_MARK)
    return sorted(set(near.filter(recent | ~Exists(settled)).values_list("account_id", flat=True)))


@transaction.atomic
def plan_page(accounts: Collection[int], sweep: Sweep, *, rows: Collection[int], now: datetime) -> None:
    """Plan the notices of these accounts, and when to look at them again; `rows` of the agenda are done with."""
    tokens = open_tokens(accounts)
    near = [token for token in tokens if token.expires_at - now <= rules.FIRST_MARK]
    people = recipients_by_account({token.account_id for token in near})
    notices = notices_about(near)
    page, unreachable = Page(now), set()
    for token in near:
        if rules.is_settled(token.expires_at - now, states_of_expired(notices[token.pk])):
            continue
        sweep.tokens += 1
        if not people[token.account_id]:
            unreachable.add(token.account_id)
        for person in people[token.account_id]:
            page.add(token, person, notices[token.pk])
    page.save()
    agenda.move_on(rows, first_turns(tokens, now=now), unreachable=unreachable)
    sweep.counts.update({state: len(new) for state, new in page.new.items()})
    sweep.counts.update({state: len(old) for state, old in page.old.items()})


def open_tokens(accounts: Collection[int]) -> list[ApiToken]:
    """Of those of the accounts that are open themselves, in the order of their ends."""
    tokens = ApiToken.objects.open().filter(account__in=accounts, account__suspended_at=None)
    return list(tokens.only("id", "account_id", "expires_at").order_by("expires_at", "id"))


def first_turns(tokens: Iterable[ApiToken], *, now: datetime) -> dict[int, datetime]:
    """When something else will fit one of these tokens, by account."""
    turns: dict[int, datetime] = {}
    for token in tokens:
        if turn := rules.next_turn(token.expires_at, now=now):
            turns[token.account_id] = min(turn, turns.get(token.account_id, turn))
    return turns


# --- Replaced tokens that are still sent -----------------------------------------------------------


def plan_echoes(now: datetime) -> int:
    """Owe each administrator of an account whose replaced tokens are still sent one email a day; returns how many."""
    sent = TokenUse.objects.filter(reason="replaced", last_seen__gte=now - rules.DAY)
    accounts = Account.objects.filter(suspended_at=None, pk__in=sent.values("token__account")).order_by("pk")
    planned = 0
    for account in accounts.iterator(chunk_size=MAX_ROWS_PER_PAGE):
        planned += plan_echo(account, now=now)
        heartbeats.hold_sweep(now)
    return planned


def plan_echo(account: Account, *, now: datetime) -> int:
    """Whoever was told within the last day, or is about to be, is not told again.

    Another planner of the same day finds the rows there.
    """
    waiting = Q(state__in=(State.PENDING, State.SENDING))
    recent = Q(owed_at__gt=now - rules.DAY, owed_at__lte=now + MAX_CLOCK_SKEW)
    told = Email.objects.filter(waiting | recent, kind=Kind.STILL_SENT).values("recipient")
    people = with_usable_address(reachable_administrators().filter(account=account).exclude(pk__in=told))
    late = still_sending(account, now=now) if people else []
    if not late:
        return 0
    token, day = late[0].old, now.date()
    rows = [new_email(kind=Kind.STILL_SENT, token=token, recipient=one, now=now, day=day) for one in people]
    return len(Email.objects.bulk_create(rows, ignore_conflicts=True))


class Page:
    """The rows that a page of tokens adds to the outbox or changes in it, by the state that they get."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.new: dict[Email.State, list[Email]] = defaultdict(list)
        self.old: dict[Email.State, list[int]] = defaultdict(list)

    def add(self, token: ApiToken, person: User, notices: Notices) -> None:
        left = token.expires_at - self.now
        ours = notices[person.pk]
        if rules.is_missed(left, states_of_expired(notices)):
            self.put(State.MISSED, Kind.EXPIRED, token, person, ours)
            return
        owed = rules.owed(left, {kind: state for kind, (_, state) in ours.items()})
        self.old[State.SUPERSEDED] += [ours[kind][0] for kind in owed.supersede]
        if owed.plan:
            self.put(State.PENDING, owed.plan, token, person, ours)

    def put(
        self, state: Email.State, kind: Email.Kind, token: ApiToken, person: User, ours: dict[Email.Kind, Row]
    ) -> None:
        if kind in ours:
            self.old[state].append(ours[kind][0])
        else:
            self.new[state].append(new_email(kind=kind, token=token, recipient=person, now=self.now, state=state))

    def save(self) -> None:
        for rows in self.new.values():
            Email.objects.bulk_create(rows, ignore_conflicts=True)  # another planner may have been first
        for state, pks in self.old.items():
            from_states = rules.AGAIN if state == State.PENDING else rules.UNTOLD
            changed = Email.objects.filter(pk__in=pks, state__in=from_states)
            changed.update(state=state, changed_at=self.now, **(afresh(self.now) if state == State.PENDING else {}))


def notices_about(tokens: Collection[ApiToken]) -> dict[UUID, Notices]:
    """The rows about the expiry of these tokens that the outbox has already."""
    notices: dict[UUID, Notices] = defaultdict(lambda: defaultdict(dict))
    rows = Email.objects.filter(token__in=[token.pk for token in tokens], event=None)
    for pk, token, person, kind, state in rows.values_list("pk", "token_id", "recipient_id", "kind", "state"):
        notices[token][person][Kind(kind)] = (pk, State(state))
    return notices


def states_of_expired(notices: Notices) -> list[Email.State]:
    """Those of the rows that say that the token has expired, one a recipient."""
    return [kinds[Kind.EXPIRED][1] for kinds in notices.values() if Kind.EXPIRED in kinds]
