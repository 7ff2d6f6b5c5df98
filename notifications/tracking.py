"""What the mail provider says later of an email that it took: delivered, bounced, complained.

Providers repeat themselves, change the order, and speak of mail that is not ours; none of that does harm.
"""

import json
import logging
import re
from datetime import datetime
from typing import Any

from anymail.signals import EventType, RejectReason, tracking
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce
from django.dispatch import receiver
from django.utils import timezone

from accounts.services import note_bounce
from notifications.emails import METADATA
from notifications.models import Email, one_line
from notifications.recipients import recipients_of
from notifications.subjects.register import subject_of

logger = logging.getLogger(__name__)
State = Email.State

STATE_OF_EVENT = {
    EventType.DELIVERED: State.DELIVERED,
    EventType.BOUNCED: State.BOUNCED,
    EventType.REJECTED: State.BOUNCED,  # turned away by the provider itself, for what it knows of the address
    EventType.COMPLAINED: State.COMPLAINED,
}
# Pending and failed ones, too: the provider may have taken an attempt whose answer never reached us.
TRIED = (State.PENDING, State.SENDING, State.FAILED, State.SENT)
# From which states a report may move an email; so a later report never takes back a graver one.
STATES_BEFORE = {
    State.DELIVERED: TRIED,
    State.BOUNCED: (*TRIED, State.DELIVERED),
    State.COMPLAINED: (*TRIED, State.DELIVERED, State.BOUNCED),
}
PERMANENT_REASONS = {RejectReason.BOUNCED, RejectReason.INVALID}
# With these words providers say that an address may take mail another day; Anymail calls all of it "bounced".
TEMPORARY_WORDS = re.compile(r"soft|transient|temporar|undetermined|mailbox.?full|over.?quota", re.IGNORECASE)
SPARKPOST_PERMANENT_CLASSES = {"10", "30", "90"}  # its bounce classes: invalid recipient, no such host, unsubscribed


@receiver(tracking)
def receive_report(event: Any, **kwargs: Any) -> None:
    """Anymail's signal, in every provider's name."""
    state = STATE_OF_EVENT.get(event.event_type)
    if state is not None:
        record(event, state, now=timezone.now())


@transaction.atomic
def record(event: Any, state: Email.State, *, now: datetime) -> bool:
    """Move the email that the event speaks of to this state; False if it is unknown or further already."""
    email = email_of(event)
    if email is None:
        return False
    words = [event.description, event.mta_response] if not subject_of(email).is_secret else [event.reject_reason]
    reason = one_line(" ".join(word or "" for word in words))
    changed = Email.objects.filter(pk=email.pk, state__in=STATES_BEFORE[state], attempts__gt=0).update(
        state=state,
        changed_at=now,
        lease_until=None,
        sent_at=Coalesce(F("sent_at"), now),
        last_error="" if state == State.DELIVERED else reason,
    )
    if state == State.BOUNCED and is_permanent(event):
        note_permanent_bounce(email, one_line(event.recipient or email.to)[:254], now=now)
    return bool(changed)


def email_of(event: Any) -> Email | None:
    """By our own id if the provider gave it back, else by the provider's."""
    ours, theirs = (one_line(str(text or "")) for text in ((event.metadata or {}).get(METADATA), event.message_id))
    emails = Email.objects.select_related("recipient__account")
    if ours:
        return emails.filter(message_id=ours).first()
    return emails.filter(provider_id=theirs).first() if theirs else None


def is_permanent(event: Any) -> bool:
    """Whether the address will never take mail; when a provider leaves a doubt, it may."""
    raw = json.dumps(event.esp_event, default=str)
    classes = re.findall(r'"bounce_class": "?(\d+)', raw)
    is_temporary = TEMPORARY_WORDS.search(raw) or set(classes) - SPARKPOST_PERMANENT_CLASSES
    return event.reject_reason in PERMANENT_REASONS and not is_temporary


def note_permanent_bounce(email: Email, address: str, *, now: datetime) -> None:
    """Stop mailing the address; alert the operators when nobody else of the account can be told."""
    person = email.recipient
    if address.lower() != person.email.lower():  # an old one, at which nobody is mailed any more
        return
    if not note_bounce(person, address, now=now):
        return
    if person.account and not recipients_of(person.account):
        logger.error("last_administrator_unreachable account=%s", person.account.slug)
