"""An outbox row as a message: text and HTML, one recipient, never a token's value."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse

from notifications.models import Email


def message_for(email: Email, *, now: datetime) -> EmailMultiAlternatives:
    """The message to send, with the same Message-ID and idempotency key at every attempt."""
    context = context_for(email, now=now)
    folder = f"notifications/emails/{email.kind}"
    # Templates break lines where they read well; a subject must not (RFC 5322, 2.2).
    subject = " ".join(render_to_string(f"{folder}/subject.txt", context).split())
    message = EmailMultiAlternatives(
        subject=subject,
        body=render_to_string(f"{folder}/body.txt", context),
        to=[email.recipient.email],
        reply_to=settings.EMAIL_REPLY_TO or None,
        headers={
            "Message-ID": email.message_id,
            "Idempotency-Key": email.message_id.strip("<>"),
            "Auto-Submitted": "auto-generated",
        },
    )
    message.attach_alternative(render_to_string(f"{folder}/body.html", context), "text/html")
    return message


def context_for(email: Email, *, now: datetime) -> dict[str, Any]:
    token = email.event.token
    return {
        "event": email.event,
        "token": token,
        "account": token.account,
        "days_left": token.days_left(now),
        "settings_url": f"{settings.BASE_URL}{reverse('settings-api')}",
    }
