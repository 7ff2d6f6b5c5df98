"""Figures for *Email delivery*: what was sent by day, what will be due, who cannot be told."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate

from accounts.models import Account, User
from notifications import rules
from notifications.models import Email
from notifications.recipients import reachable_administrators
from tokens.charts import Column, stacked
from tokens.models import ApiToken

State = Email.State
CHART_DAYS = 14
FORECAST_DAYS = 30


@dataclass(frozen=True, slots=True)
class Day:
    """One UTC day: how many emails left us, were given up, or bounced."""

    date: date
    sent: int
    failed: int
    bounced: int


def by_day(now: datetime) -> list[Day]:
    """The last fourteen days, oldest first, today included."""
    days = [now.date() - timedelta(days=back) for back in range(CHART_DAYS - 1, -1, -1)]
    since = now - timedelta(days=CHART_DAYS)
    changed = Email.objects.filter(changed_at__gte=since)  # has an index, and whatever was sent since then is in it
    sent = per_day("sent_at", changed.filter(sent_at__gte=since))
    failed = per_day("changed_at", changed.filter(state=State.FAILED))
    bounced = per_day("changed_at", changed.filter(state__in=(State.BOUNCED, State.COMPLAINED)))
    return [Day(day, sent[day], failed[day], bounced[day]) for day in days]


def chart(days: list[Day]) -> list[tuple[Day, Column]]:
    """The days, each with its bars from the ground up: sent, failed, bounced."""
    counts = [{"sent": day.sent, "failed": day.failed, "bounced": day.bounced} for day in days]
    return list(zip(days, stacked(counts, step=40), strict=True))


def per_day(field: str, emails: QuerySet[Email]) -> Counter[date]:
    rows = emails.order_by().annotate(date=TruncDate(field)).values_list("date").annotate(Count("pk"))
    return Counter(dict(rows))


def forecast(now: datetime) -> list[tuple[date, int]]:
    """The next thirty UTC days that have any, with the expiry notices that fall due if no token is replaced before.

    To all administrators, also those who cannot be mailed now.
    """
    people = Q(account__users__role=User.Role.ADMIN, account__users__status=User.Status.ACTIVATED)
    last = now + timedelta(days=FORECAST_DAYS) + rules.LONGEST_LEAD_TIME
    tokens = ApiToken.objects.open().filter(account__suspended_at=None, expires_at__gt=now, expires_at__lte=last)
    ends = tokens.order_by().annotate(day=TruncDate("expires_at")).values_list("day")
    copies: dict[date, int] = dict(ends.annotate(copies=Count("account__users", filter=people)))
    due: Counter[date] = Counter()
    for end, count in copies.items():
        for before in (timedelta(), *rules.LEAD_TIMES.values()):
            if now.date() < end - before <= now.date() + timedelta(days=FORECAST_DAYS):
                due[end - before] += count
    return sorted((day, count) for day, count in due.items() if count)


def count_unreachable_accounts() -> int:
    """How many accounts with open tokens have nobody who can be told."""
    reachable = reachable_administrators().filter(account=OuterRef("pk"))
    has_tokens = Exists(ApiToken.objects.open().filter(account=OuterRef("pk")))
    # No `pk__in`: with as many accounts as do not fit into PostgreSQL's work_mem, NOT IN takes hours.
    return Account.objects.filter(~Exists(reachable), has_tokens, suspended_at=None).count()
