"""Where sessions are kept: each row knows whose it is, so that people see where they are signed in (decision 0029)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare
from django.utils.dateparse import parse_datetime

from accounts.actors import address
from accounts.browsers import browser_name
from accounts.models import Session, User

SESSIONS_PER_DELETE = 5_000
MAX_LISTED = 100  # sessions of a person
SIGNED_IN = "signed_in"  # in a session: when, from which address and with which browser


class SessionStore(DatabaseStore):
    """Django's, with `user` in a column of its own."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def create_model_instance(self, data: Mapping[str, Any]) -> Session:
        row: Session = super().create_model_instance(data)  # type: ignore[arg-type,assignment]
        row.user_id = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        return row


@dataclass(frozen=True, slots=True)
class SignIn:
    """A browser in which somebody is signed in. What is not known of it is empty or None."""

    browser: str
    ip: str
    at: datetime | None
    is_this_one: bool


def note_sign_in(request: HttpRequest, *, now: datetime) -> None:
    """Write into the session of who has just signed in what its owner will know it by."""
    browser = browser_name(request.headers.get("User-Agent", ""))
    request.session[SIGNED_IN] = {"at": now.isoformat(), "ip": address(request) or "", "browser": browser}


def sign_ins(user: User, *, this_one: str | None, now: datetime) -> list[SignIn]:
    """Where the person is signed in, this browser first and then the latest; at most MAX_LISTED. `this_one` is a key.

    Not those that a new password or the epoch ended: their rows stay until they expire.
    """
    rows = Session.objects.filter(user=user, expire_date__gt=now).order_by("-expire_date")[:MAX_LISTED]
    hashes = (user.get_session_auth_hash(), *user.get_session_auth_fallback_hash())
    kept = [(row.pk == this_one, SessionStore().decode(row.session_data)) for row in rows]
    found = [sign_in(data, is_this_one=own) for own, data in kept if own or is_open(data, hashes)]
    return sorted(found, key=lambda one: (one.is_this_one, one.at.timestamp() if one.at else 0), reverse=True)


def is_open(data: Mapping[str, Any], hashes: tuple[str, ...]) -> bool:
    """Whether this session would still be let in, by what it is compared with."""
    return any(constant_time_compare(data.get(HASH_SESSION_KEY, ""), one) for one in hashes)


def sign_in(data: Mapping[str, Any], *, is_this_one: bool) -> SignIn:
    noted = data.get(SIGNED_IN, {})
    at = parse_datetime(noted.get("at", ""))
    return SignIn(noted.get("browser", ""), noted.get("ip", ""), at, is_this_one)


def forget_expired(now: datetime) -> int:
    """Delete the rows of expired sessions, SESSIONS_PER_DELETE in a statement; returns how many."""
    gone = 0
    while keys := list(Session.objects.filter(expire_date__lte=now).values_list("pk", flat=True)[:SESSIONS_PER_DELETE]):
        gone += Session.objects.filter(pk__in=keys, expire_date__lte=now).delete()[0]
    return gone
