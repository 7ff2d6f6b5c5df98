"""A row of the outbox, before it is saved."""

import uuid
from datetime import datetime
from email.utils import make_msgid
from urllib.parse import urlsplit

from django.conf import settings

from accounts.models import User
from notifications.models import Email
from tokens.models import ApiToken

TIMES = ("created_at", "owed_at", "changed_at", "next_attempt_at")


def new_email(*, kind: str, recipient: User, now: datetime, token: ApiToken | None = None, **more: object) -> Email:
    """A pending row that is not saved yet. Its account is the token's, else the recipient's, unless `more` says."""
    fields: dict[str, object] = {"kind": kind, "token": token, "recipient": recipient}
    fields |= {"account_id": token.account_id if token else recipient.account_id, "message_id": new_message_id()}
    return Email(**(fields | dict.fromkeys(TIMES, now) | more))


def new_message_id() -> str:
    """A Message-ID of ours (RFC 5322, 3.6.4); an email keeps it over all its attempts."""
    return make_msgid(idstring=uuid.uuid4().hex, domain=urlsplit(settings.BASE_URL).hostname or "localhost")
