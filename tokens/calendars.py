"""The calendar of expiries: at which address somebody reads it, and what is in it (decision 0026).

An address is a secret of one person: calendar programs send no header. Who has it reads the names, masks and ends of
the account's active tokens, and does nothing.
"""

import hashlib
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from icalendar import Alarm, Calendar, Event

from accounts import audit
from accounts.actors import Actor
from accounts.links import absolute
from accounts.models import Account, User
from tokens.keys import random_base62
from tokens.models import ApiToken, CalendarFeed
from tokens.rules import is_control

SECRET_LENGTH = 32  # base62 characters, 190 bits: what is kept of it needs no pepper
DAYS_BEFORE = (30, 7, 1)  # when a reminder comes, as emails do
REFRESH_INTERVAL = timedelta(hours=12)  # that calendar programs are asked to keep


# --- The address -------------------------------------------------------------------------------


def calendar_of(person: User) -> CalendarFeed | None:
    """The person's address, if they have one that works as long as they administer the account."""
    return CalendarFeed.objects.filter(person=person, account=person.account_id, epoch=person.sign_in_epoch).first()


def readable_calendar(secret: str) -> CalendarFeed | None:
    """The one that this secret opens at this moment, with its account. The same one query for whatever is wrong."""
    feeds = CalendarFeed.objects.select_related("account").filter(person__in=User.objects.administrators())
    return feeds.filter(
        digest=digest_of(secret),
        account=F("person__account"),
        account__suspended_at=None,
        epoch=F("person__sign_in_epoch"),
    ).first()


@transaction.atomic
def create_calendar(person: User, *, by: Actor | None, now: datetime) -> str | None:
    """Make the person an address; returns its secret, which nobody can read again. None when there is one already."""
    secret = random_base62(SECRET_LENGTH)
    assert person.account is not None  # of an operator nobody asks
    mine = CalendarFeed.objects.filter(person=person, account=person.account)
    mine.exclude(epoch=person.sign_in_epoch).delete()
    fields = {"digest": digest_of(secret), "epoch": person.sign_in_epoch, "made_at": now}
    feed, first = CalendarFeed.objects.get_or_create(person=person, account=person.account, defaults=fields)
    if not first:
        return None
    record("create_calendar", feed, by=by, now=now)
    return secret


@transaction.atomic
def renew_calendar(feed: CalendarFeed, *, by: Actor | None, now: datetime) -> str | None:
    """Another secret in the place of this one, which opens nothing any more. None when it has ended meanwhile."""
    secret = random_base62(SECRET_LENGTH)
    if not CalendarFeed.objects.filter(pk=feed.pk).update(digest=digest_of(secret), made_at=now):
        return None
    record("renew_calendar", feed, by=by, now=now)
    return secret


@transaction.atomic
def end_calendar(feed: CalendarFeed, *, by: Actor | None, now: datetime) -> bool:
    """Let the address open nothing any more; False if it had ended."""
    ended, _ = CalendarFeed.objects.filter(pk=feed.pk).delete()
    if ended:
        record("end_calendar", feed, by=by, now=now)
    return bool(ended)


def record(operation: str, feed: CalendarFeed, *, by: Actor | None, now: datetime) -> None:
    audit.record(operation, kind="calendar", ids=[feed.pk], by=by, now=now, account=feed.account_id)


def digest_of(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


# --- What is in it -----------------------------------------------------------------------------


def expiries(account: Account, *, now: datetime) -> bytes:
    """The account's active tokens as an iCalendar object (RFC 5545), in UTF-8; without any it has no component.

    NAME and REFRESH-INTERVAL are RFC 7986's; the two that begin with X say the same to programs that are older.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Catalog//API tokens//EN")
    calendar.add("version", "2.0")
    name = f"API tokens of {on_one_line(account.name)}"
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", REFRESH_INTERVAL, parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", "PT12H")
    for token in account.tokens.active(now).order_by("scope"):
        calendar.add_component(expiry(token, account=account))
    written: bytes = calendar.to_ical()
    return written


def expiry(token: ApiToken, *, account: Account) -> Event:
    """The moment at which the token expires, with reminders.

    DTSTAMP says when the entry was last changed, since there is no METHOD (RFC 5545, 3.8.7.2): a token's end never is.
    Without an end, the entry ends when it begins (3.6.1). The UID is the token's id alone (RFC 7986, 5.3).
    """
    name = f" “{on_one_line(token.name)}”" if token.name else ""
    summary = f"{token.get_scope_display()} API token{name} of {on_one_line(account.name)} expires"
    settings_url = absolute(reverse("settings-api"))
    event = Event()
    event.add("uid", str(token.pk))
    event.add("dtstamp", token.created_at)
    event.add("dtstart", token.expires_at)
    event.add("summary", summary)
    event.add("description", f"From then on whatever sends {token.mask} gets 401. Replace it before:\n{settings_url}")
    event.add("url", settings_url)
    event.add("transp", "TRANSPARENT")  # nobody is busy because of it
    for days in DAYS_BEFORE:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", summary)
        alarm.add("trigger", timedelta(days=-days))
        event.add_component(alarm)
    return event


def on_one_line(text: str) -> str:
    """Without control characters, which iCalendar's TEXT does not have (RFC 5545, 3.1).

    The library escapes the rest (3.3.11); a backslash before a capital N it takes for a line break in the text.
    """
    return " ".join("".join(" " if is_control(character) else character for character in text).split())
