"""Emails about tokens, to the administrators of their account: generated, revoked, near their end, still sent.

What is owed when is the table in `rules.py`; `planning.py` writes the rows. Clients are named, ten in an email at the
most, when a token let them in: whoever found a dead token can send it under any name, and must not write to
administrators in ours. For the same reason a name that mail programs would make a link of is not written.
"""

import re
from collections.abc import Callable, Hashable, Mapping
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.urls import reverse

from accounts.models import Account
from notifications import rules
from notifications.models import Email, one_line
from notifications.recipients import is_recipient
from notifications.subjects.subject import Context, Known, Subject
from tokens.clients import OTHERS
from tokens.models import ApiToken
from tokens.rotation import MAX_CLIENTS_PER_ROTATION, RotatingClient, rotations
from tokens.usage import callers

Kind, State = Email.Kind, Email.State

LOOKS_LIKE_LINK = re.compile(r"\.[A-Za-z]{2,}|:")  # a host or an address, as in "catalog.example"
MAX_CLIENTS_NAMED = 10  # in one email


class Tokens(Subject):
    kinds: ClassVar[Mapping[str, str]] = dict(Kind.choices)

    def folder(self, kind: str) -> str:
        return "expires" if kind in rules.LEAD_TIMES else kind

    def facts(self, email: Email, *, now: datetime, known: Known) -> Context:
        account, used = token_of(email).account, token_told_of(email)
        if email.kind == Kind.STILL_SENT:
            return remembered(known, account, lambda: still_sent_context(account, now=now))
        return remembered(known, used, lambda: used_context(used, now=now)) if used else {}

    def context(self, email: Email, *, now: datetime) -> Context:
        """Names are cleaned here once more: a line break in one must not end a header at whatever provider."""
        token = token_of(email)
        return {
            "account_name": one_line(token.account.name),
            "token_name": one_line(token.name),
            "actor_name": one_line(email.event.actor_name) if email.event else "",
            "event": email.event,
            "token": token,
            "days_left": token.days_left(now),
            "settings_url": f"{settings.BASE_URL}{reverse('settings-api')}",
        }

    def refusal(self, email: Email, facts: Context, *, now: datetime) -> Email.State | None:
        token = token_of(email)
        if not is_recipient(email.recipient, token.account_id):
            return State.CANCELLED
        if email.event_id is not None:
            return None
        if email.kind == Kind.STILL_SENT:
            return None if facts["still_sending"] else State.SUPERSEDED
        return refusal_of_expiry(email, token, now=now)


def token_of(email: Email) -> ApiToken:
    assert email.token is not None  # by a constraint
    return email.token


def refusal_of_expiry(email: Email, token: ApiToken, *, now: datetime) -> Email.State | None:
    """Why an email about a token's expiry must not leave."""
    if token.ended_at or token.account.suspended_at:
        return State.CANCELLED
    left = token.expires_at - now
    if email.kind == rules.notice_for(left):
        return None
    if email.kind == Kind.EXPIRED and left < -rules.EXPIRED_NOTICE_WINDOW and not somebody_was_told(email):
        return State.MISSED
    return State.SUPERSEDED


def somebody_was_told(email: Email) -> bool:
    """Whether another recipient got this notice."""
    return Email.objects.filter(token=email.token_id, kind=email.kind, state__in=Email.LEFT_US).exists()


def remembered(known: Known, key: Hashable, read: Callable[[], Context]) -> Context:
    if key not in known:
        known[key] = read()
    return known[key]


def token_told_of(email: Email) -> ApiToken | None:
    """The token of which the email says who uses it: the one that ends, or that another one took the place of."""
    return email.event.replaced if email.event and email.kind == Kind.GENERATED else email.token


def used_context(token: ApiToken, *, now: datetime) -> Context:
    """Who used the token in the last 30 days; of one that has ended, in those up to its end."""
    until = min(now, token.expires_at, token.ended_at or now)
    used = callers(token, until=until, limit=MAX_CLIENTS_PER_ROTATION)
    named = [client for client in used.clients if client.name != OTHERS and may_be_named(client.name)]
    named = named[:MAX_CLIENTS_NAMED]
    others = {"clients": used.count - len(named), "calls": used.calls - sum(client.calls for client in named)}
    return {"users": named, "other_users": others, "has_ended": until < now}


def may_be_named(client: str) -> bool:
    return not LOOKS_LIKE_LINK.search(client)


def still_sending(account: Account, *, now: datetime) -> list[RotatingClient]:
    """Who sent an old token within the last day and has not moved to the new one; nobody in a suspended account.

    A new token is given STILL_SENT_GRACE first: whoever has just made one is busy with exactly that. Nobody is named
    whose board an administrator has hidden.
    """
    if account.suspended_at:
        return []
    boards = [
        rotation
        for rotation in rotations(account, now=now)
        if not rotation.is_finished and now - rotation.token.created_at >= rules.STILL_SENT_GRACE
    ]
    return [client for one in boards for client in one.still_sending(since=now - rules.STILL_SENT_INTERVAL)]


def still_sent_context(account: Account, *, now: datetime) -> Context:
    """Who still sends an old token."""
    clients = still_sending(account, now=now)
    named = [client for client in clients if client.was_let_in and may_be_named(client.name)][:MAX_CLIENTS_NAMED]
    return {"still_sending": clients, "named": named, "others": len(clients) - len(named)}
