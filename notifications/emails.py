"""An outbox row as a message: text and HTML, one recipient, never a token's value."""

import re
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse

from notifications import rules
from notifications.models import Email, one_line

Kind = Email.Kind
# Under this name providers carry our Message-ID, and give it back in their reports (tracking.py).
METADATA = "catalog_message_id"
LINK = re.compile(r"\.[A-Za-z]{2,}|:")  # a host or an address, as in "catalog.example"
NAMED = 10  # clients in one email
FOLDERS = {Kind.EXPIRES_30: "expires", Kind.EXPIRES_7: "expires", Kind.EXPIRES_1: "expires"}


def message_for(email: Email, *, now: datetime) -> EmailMultiAlternatives:
    """The message to send, with the same Message-ID and idempotency key at every attempt."""
    context = context_for(email, now=now)
    kind = Kind(email.kind)
    if kind == Kind.STILL_SENT:
        context |= late_clients(email, now=now)
    folder = f"notifications/emails/{FOLDERS.get(kind, kind.value)}"
    message = EmailMultiAlternatives(
        # Templates break lines where they read well; a subject must not (RFC 5322, 2.2).
        subject=" ".join(render_to_string(f"{folder}/subject.txt", context).split()),
        body=render_to_string(f"{folder}/body.txt", context),
        to=[email.recipient.email],
        reply_to=settings.EMAIL_REPLY_TO or None,
        headers=headers_for(email),
    )
    message.attach_alternative(render_to_string(f"{folder}/body.html", context), "text/html")
    message.metadata = {METADATA: email.message_id}  # type: ignore[attr-defined]  # of Anymail
    return message


def headers_for(email: Email) -> dict[str, str]:
    """Auto-Submitted (RFC 3834, 5) keeps out-of-office answers away; List-Id (RFC 2919) lets people sort."""
    host = urlsplit(settings.BASE_URL).hostname
    return {
        "Message-ID": email.message_id,
        "Idempotency-Key": email.idempotency_key,
        "Auto-Submitted": "auto-generated",
        "List-Id": f"Catalog notices <notices.{host}>",
    }


def context_for(email: Email, *, now: datetime) -> dict[str, Any]:
    """Names are cleaned here once more: a line break in one must not end a header at whatever provider."""
    token = email.token
    return {
        "account_name": one_line(token.account.name),
        "token_name": one_line(token.name),
        "actor_name": one_line(email.event.actor_name) if email.event else "",
        "event": email.event,
        "token": token,
        "days_left": token.days_left(now),
        "settings_url": f"{settings.BASE_URL}{reverse('settings-api')}",
    }


def late_clients(email: Email, *, now: datetime) -> dict[str, Any]:
    """Who still sends a replaced token. Named are those whom it had let in, ten at the most.

    Whoever found a dead token can send it under any name, and must not write to administrators in ours. For the same
    reason a name that mail programs would make a link of is not written.
    """
    late = rules.still_sending(email.token.account, now=now)
    named = [mover for mover in late if mover.was_let_in and not LINK.search(mover.client)][:NAMED]
    return {"late": late, "named": named, "others": len(late) - len(named)}
