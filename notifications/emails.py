"""An outbox row as a message: text and HTML, one recipient, never a token's value."""

from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from notifications.models import Email
from notifications.subjects.register import subject_of
from notifications.subjects.subject import Context

# Under this name providers carry our Message-ID, and give it back in their reports (tracking.py).
METADATA = "catalog_message_id"


def message_for(email: Email, *, now: datetime, facts: Context | None = None) -> EmailMultiAlternatives:
    """The message to send, with the same Message-ID and idempotency key at every attempt.

    `facts` are those of its subject, if somebody has read them already.
    """
    subject = subject_of(email)
    facts = subject.facts(email, now=now, known={}) if facts is None else facts
    context = {**subject.context(email, now=now), **facts}
    folder = f"notifications/emails/{subject.folder(email.kind)}"
    message = EmailMultiAlternatives(
        # Templates break lines where they read well; a subject must not (RFC 5322, 2.2).
        subject=" ".join(render_to_string(f"{folder}/subject.txt", context).split()),
        body=render_to_string(f"{folder}/body.txt", context),
        to=[email.to],
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
