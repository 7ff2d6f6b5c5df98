"""Turns the time that tokens have left into rows of the outbox, by the table in `rules.py`.

May run in any number of processes at once: what is planned twice is refused by the unique constraints.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from accounts.models import User
from notifications import rules, schedule
from notifications.models import Email, afresh, new_email
from notifications.recipients import recipients_by_account
from tokens.models import ApiToken

Kind, State = Email.Kind, Email.State
Row = tuple[int, Email.State]  # primary key, state
Notices = dict[int, dict[Email.Kind, Row]]  # about one token, by recipient and kind


def accounts_with_notices(now: datetime) -> list[int]:
    """Open ones with a token from 30 days before its end until *expired* is settled; found without the schedule."""
    settled = Email.objects.filter(token=OuterRef("pk"), event=None, kind=Kind.EXPIRED).exclude(state__in=rules.UNTOLD)
    recent = Q(expires_at__gte=now - rules.EXPIRED_NOTICE_WINDOW)
    near = ApiToken.objects.open().filter(account__suspended_at=None, expires_at__lte=now + rules.LONGEST_LEAD_TIME)
    return sorted(set(near.filter(recent | ~Exists(settled)).values_list("account_id", flat=True)))


@transaction.atomic
def plan_notices(
    accounts: Collection[int], *, rows: Collection[int], now: datetime
) -> tuple[int, Counter[Email.State]]:
    """Plan the expiry notices of these accounts and their next check, which replaces `rows` of the schedule.

    Returns how many tokens a notice was due for, and how many emails got which state.
    """
    tokens = open_tokens(accounts)
    near = [token for token in tokens if token.expires_at - now <= rules.LONGEST_LEAD_TIME]
    people = recipients_by_account({token.account_id for token in near})
    notices = notices_about(near)
    changes, due, unreachable = NoticeChanges(now), 0, set()
    for token in near:
        if rules.is_settled(token.expires_at - now, states_of_expired(notices[token.pk])):
            continue
        due += 1
        if not people[token.account_id]:
            unreachable.add(token.account_id)
        for person in people[token.account_id]:
            changes.add(token, person, notices[token.pk])
    changes.save()
    schedule.reschedule(rows, next_checks(tokens, now=now), unreachable=unreachable)
    return due, changes.counts()


def open_tokens(accounts: Collection[int]) -> list[ApiToken]:
    """Of those of the accounts that are open themselves, in the order of their ends."""
    tokens = ApiToken.objects.open().filter(account__in=accounts, account__suspended_at=None)
    return list(tokens.only("id", "account_id", "expires_at").order_by("expires_at", "id"))


def next_checks(tokens: Iterable[ApiToken], *, now: datetime) -> dict[int, datetime]:
    """When another notice will fit one of these tokens, by account."""
    checks: dict[int, datetime] = {}
    for token in tokens:
        if check := rules.next_check(token.expires_at, now=now):
            checks[token.account_id] = min(check, checks.get(token.account_id, check))
    return checks


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


class NoticeChanges:
    """The expiry notices to add to the outbox, and those to change there, by the state that they get."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.new: dict[Email.State, list[Email]] = defaultdict(list)
        self.old: dict[Email.State, list[int]] = defaultdict(list)

    def add(self, token: ApiToken, person: User, notices: Notices) -> None:
        """What this person has to be told of the token, or will not be told any more."""
        left = token.expires_at - self.now
        ours = notices[person.pk]
        if rules.is_missed(left, states_of_expired(notices)):
            self.put(State.MISSED, Kind.EXPIRED, token, person, ours)
            return
        decision = rules.decide(left, {kind: state for kind, (_, state) in ours.items()})
        self.old[State.SUPERSEDED] += [ours[kind][0] for kind in decision.supersede]
        if decision.plan:
            self.put(State.PENDING, decision.plan, token, person, ours)

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
            from_states = rules.REPLANNABLE if state == State.PENDING else rules.UNTOLD
            changed = Email.objects.filter(pk__in=pks, state__in=from_states)
            changed.update(state=state, changed_at=self.now, **(afresh(self.now) if state == State.PENDING else {}))

    def counts(self) -> Counter[Email.State]:
        """How many got which state."""
        counts: Counter[Email.State] = Counter()
        for rows in (self.new, self.old):
            counts.update({state: len(those) for state, those in rows.items()})
        return counts
