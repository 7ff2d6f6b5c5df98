"""The embedded default for mail: it is delivered into a table that operators read in the admin."""

from collections.abc import Sequence
from email.utils import make_msgid

from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from notifications.models import InboxMessage


class InboxBackend(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """How many were new; a Message-ID that is here already is delivered once, as good providers do."""
        return sum(self.deliver(message) for message in email_messages)

    def deliver(self, message: EmailMessage) -> bool:
        _, new = InboxMessage.objects.get_or_create(
            message_id=message.extra_headers.get("Message-ID") or make_msgid(),
            defaults={
                "recipients": ", ".join(message.recipients()),
                "subject": str(message.subject),
                "text": str(message.body),
                "html": html_part(message),
                "received_at": timezone.now(),
            },
        )
        return new


def html_part(message: EmailMessage) -> str:
    alternatives = message.alternatives if isinstance(message, EmailMultiAlternatives) else []
    return next((str(content) for content, kind in alternatives if kind == "text/html"), "")
