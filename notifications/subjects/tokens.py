"""Emails about tokens, to the administrators of their account: generated, revoked, near their end, still sent.

What is owed when is the table in `rules.py`; `planning.py` writes the rows.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.urls import reverse

from accounts.models import Account
from notifications import rules
from notifications.models import Email, one_line
from notifications.recipients import is_recipient
from notifications.subjects.subject import Context, Subject
from tokens import rotation
from tokens.models import ApiToken
from tokens.rotation import RotatingClient

Kind, State = Email.Kind, Email.State

LOOKS_LIKE_LINK = re.compile(r"\.[A-Za-z]{2,}|:")  # a host or an address, as in "catalog.example"
MAX_CLIENTS_NAMED = 10  # in one email


class Tokens(Subject):
    kinds: ClassVar[Mapping[str, str]] = dict(Kind.choices)

    def folder(self, kind: str) -> str:
        return "expires" if kind in rules.LEAD_TIMES else kind

    def facts(self, email: Email, *, now: datetime) -> Context:
        return still_sent_context(token_of(email), now=now) if email.kind == Kind.STILL_SENT else {}

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


def still_sending(account: Account, *, now: datetime) -> list[RotatingClient]:
    """Who sent a replaced token within the last day and has not moved to the new one; nobody in a suspended account.

    A replacement is given REPLACEMENT_GRACE first: whoever has just made one is busy with exactly that.
    """
    if account.suspended_at:
        return []
    clients = rotation.still_sending(account, now=now, since=now - rules.STILL_SENT_INTERVAL)
    return [client for client in clients if is_past_grace(client.old, now=now)]


def is_past_grace(replaced: ApiToken, *, now: datetime) -> bool:
    return replaced.ended_at is not None and now - replaced.ended_at >= rules.REPLACEMENT_GRACE


def still_sent_context(token: ApiToken, *, now: datetime) -> Context:
    """Who still sends a replaced token. Named are those whom it had let in, ten at the most.

    Whoever found a dead token can send it under any name, and must not write to administrators in ours. For the same
    reason a name that mail programs would make a link of is not written.
    """
    clients = still_sending(token.account, now=now)
    named = [client for client in clients if client.was_let_in and not LOOKS_LIKE_LINK.search(client.name)]
    named = named[:MAX_CLIENTS_NAMED]
    return {"still_sending": clients, "named": named, "others": len(clients) - len(named)}
