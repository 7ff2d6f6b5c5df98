"""What the jobs call to fill the outbox: recent events every few seconds, and the sweep, which checks what is due.

The sweep checks the accounts that `schedule` names, and once an hour everything.
"""

import logging
import time
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Q

from accounts.models import Account
from jobs import heartbeats
from jobs.leases import MAX_CLOCK_SKEW
from notifications import events, expiry, rules, schedule
from notifications.models import Email, new_email
from notifications.recipients import reachable_administrators, with_usable_address
from notifications.subjects import register
from notifications.subjects.tokens import still_sending
from tokens.models import TokenUse

logger = logging.getLogger(__name__)

Kind, State = Email.Kind, Email.State

MAX_ACCOUNTS_PER_PAGE = 500  # read at once
MAX_ACCOUNTS_LOGGED = 20


@dataclass(slots=True)
class Sweep:
    """What one sweep has found and done."""

    now: datetime
    tokens: int = 0  # that were due
    counts: Counter[Email.State] = field(default_factory=Counter)  # rows that got this state
    unreachable: set[int] = field(default_factory=set)  # accounts without anybody to tell
    begun: float = field(default_factory=time.monotonic)

    def renew(self) -> None:
        """Hold the sweep for another lease from now."""
        heartbeats.renew_sweep(self.now + timedelta(seconds=time.monotonic() - self.begun))


def plan_emails(now: datetime) -> int:
    """Plan what recent events and requests call for; returns how many rows are pending by that."""
    return plan_about_people(now) + events.plan_token_events(now)


def plan_about_people(now: datetime, *, all_of_them: bool = False) -> int:
    """Plan events of people, and what subjects plan by themselves; returns how many rows that made."""
    planned = events.plan_people_events(now, all_of_them=all_of_them)
    return planned + sum(subject.plan(now) for subject in register.SUBJECTS)


def sweep(now: datetime) -> Sweep | None:
    """Check every account that is due; None if another process is doing that at this moment."""
    if not heartbeats.claim_sweep(now):
        return None
    swept = Sweep(now)
    try:
        if heartbeats.full_sweep_is_due(now):
            check_everything(swept, now=now)
        for rows, accounts in schedule.due(now):
            check(accounts, swept, rows=rows, now=now)
        swept.counts[State.PENDING] += plan_still_sent(now, renew=swept.renew)
        swept.unreachable = schedule.unreachable_accounts()
        swept.renew()
    finally:
        heartbeats.release_sweep()
    if swept.unreachable:
        logger.error("nobody_to_notify accounts=%s", sorted(swept.unreachable)[:MAX_ACCOUNTS_LOGGED])
    return swept


def check(accounts: Collection[int], swept: Sweep, *, now: datetime, rows: Collection[int] = ()) -> None:
    """Plan what these accounts are to be told; they are due again when something changes or another notice fits.

    That replaces `rows` of the schedule, and those that name the accounts.
    """
    rows = {*rows, *schedule.rows_of(accounts)}
    swept.counts[State.PENDING] += events.plan_token_events_of(accounts, now=now)
    tokens, counts = expiry.plan_notices(accounts, rows=rows, now=now)
    swept.tokens += tokens
    swept.counts.update(counts)
    swept.renew()


def check_everything(swept: Sweep, *, now: datetime) -> None:
    """The same without the schedule, for what it may lack: rows restored without their triggers, a wrong clock."""
    swept.counts[State.PENDING] += events.plan_token_events(now, all_of_them=True)
    swept.counts[State.PENDING] += plan_about_people(now, all_of_them=True)
    accounts = expiry.accounts_with_notices(now)
    for start in range(0, len(accounts), schedule.MAX_ACCOUNTS_PER_CHECK):
        check(accounts[start : start + schedule.MAX_ACCOUNTS_PER_CHECK], swept, now=now)
    heartbeats.note_full_sweep(now)


# --- Tokens that are still sent although they have ended -------------------------------------------


def plan_still_sent(now: datetime, *, renew: Callable[[], None] = lambda: None) -> int:
    """Plan one email a day to each administrator of accounts whose ended tokens are still sent; returns how many.

    `renew` is called after each account, for whoever holds the sweep.
    """
    sent = TokenUse.objects.refused_as_ended().filter(last_seen__gte=now - rules.STILL_SENT_INTERVAL)
    accounts = Account.objects.filter(suspended_at=None, pk__in=sent.values("token__account")).order_by("pk")
    planned = 0
    for account in accounts.iterator(chunk_size=MAX_ACCOUNTS_PER_PAGE):
        planned += plan_still_sent_of(account, now=now)
        renew()
    return planned


def plan_still_sent_of(account: Account, *, now: datetime) -> int:
    """Whoever was told within the last day, or is about to be, is not told again.

    Another planner of the same day finds the rows there.
    """
    waiting = Q(state__in=(State.PENDING, State.SENDING))
    recent = Q(owed_at__gt=now - rules.STILL_SENT_INTERVAL, owed_at__lte=now + MAX_CLOCK_SKEW)
    told = Email.objects.filter(waiting | recent, kind=Kind.STILL_SENT).values("recipient")
    people = with_usable_address(reachable_administrators().filter(account=account).exclude(pk__in=told))
    clients = still_sending(account, now=now) if people else []
    if not clients:
        return 0
    token, day = clients[0].old, now.date()
    rows = [new_email(kind=Kind.STILL_SENT, token=token, recipient=one, now=now, day=day) for one in people]
    return len(Email.objects.bulk_create(rows, ignore_conflicts=True))
