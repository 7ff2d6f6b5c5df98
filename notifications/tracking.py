"""What the mail provider says later of an email that it took: delivered, bounced, complained.

Providers repeat themselves, change the order, and speak of mail that is not ours; none of that does harm.
"""

import logging
from datetime import datetime
from typing import Any

from anymail.signals import EventType, RejectReason, tracking
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce
from django.dispatch import receiver
from django.utils import timezone

from accounts.models import User
from accounts.services import note_bounce
from notifications.emails import METADATA
from notifications.models import Email, one_line

logger = logging.getLogger(__name__)
State = Email.State

STATE_OF_EVENT = {
    EventType.DELIVERED: State.DELIVERED,
    EventType.BOUNCED: State.BOUNCED,
    EventType.REJECTED: State.BOUNCED,  # turned away by the provider itself, for what it knows of the address
    EventType.COMPLAINED: State.COMPLAINED,
}
# A later word never takes an earlier, graver one back.
BEFORE = {
    State.DELIVERED: (State.SENDING, State.SENT),
    State.BOUNCED: (State.SENDING, State.SENT, State.DELIVERED),
    State.COMPLAINED: (State.SENDING, State.SENT, State.DELIVERED, State.BOUNCED),
}
FOR_GOOD = {RejectReason.BOUNCED, RejectReason.INVALID}


@receiver(tracking)
def provider_said(event: Any, **kwargs: Any) -> None:
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
    reason = one_line(f"{event.description or ''} {event.mta_response or ''}")
    changed = Email.objects.filter(pk=email.pk, state__in=BEFORE[state]).update(
        state=state,
        changed_at=now,
        lease_until=None,
        sent_at=Coalesce(F("sent_at"), now),
        last_error="" if state == State.DELIVERED else reason,
    )
    if changed and state == State.BOUNCED and is_for_good(event):
        address_bounced(email, one_line(event.recipient or email.recipient.email)[:254], now=now)
    return bool(changed)


def email_of(event: Any) -> Email | None:
    """By our own id if the provider gave it back, else by the provider's."""
    ours, theirs = (one_line(str(found or "")) for found in ((event.metadata or {}).get(METADATA), event.message_id))
    emails = Email.objects.select_related("recipient__account")
    if ours:
        return emails.filter(message_id=ours).first()
    return emails.filter(provider_id=theirs).first() if theirs else None


def is_for_good(event: Any) -> bool:
    """Whether the address will never take mail. Postmark calls a full mailbox a bounce, too: SoftBounce."""
    raw = event.esp_event if isinstance(event.esp_event, dict) else {}
    return event.reject_reason in FOR_GOOD and raw.get("Type") != "SoftBounce"


def address_bounced(email: Email, address: str, *, now: datetime) -> None:
    """Stop mailing the address; alert the operators when nobody else of the account can be told."""
    person = email.recipient
    note_bounce(person, address, now=now)
    if person.account and not User.objects.administrators_of(person.account).reachable().exists():
        logger.error("last_administrator_unreachable account=%s", person.account.slug)
