"""What a sender asks of the database for each email, written by hand: the ORM would take longer than the provider.

Claiming an email counts the attempt, looks whether the outbox may send and whether the email may still leave, all in
one statement. It commits by itself, as does the one that marks an email as sent.
"""

import random
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from notifications.models import Email

MAX_EMAILS_PER_PAGE = 50  # read at once
MAX_CANDIDATES = 500  # the oldest, from which a page is drawn: senders side by side seldom want the same emails

CLAIM = """
UPDATE notifications_email SET state = 'sending', lease_until = %(lease)s, attempts = attempts + 1,
  first_attempt_at = CASE WHEN first_attempt_at < %(now)s THEN first_attempt_at ELSE %(now)s END
WHERE id = %(pk)s AND attempts = %(attempts)s
  AND (  -- as `LeasedQuerySet.due` has it
    state = 'pending' AND (next_attempt_at <= %(now)s OR attempts = 0 OR next_attempt_at > %(latest)s)
    OR state = 'sending' AND (lease_until <= %(now)s OR lease_until > %(longest)s)
  )
  AND NOT EXISTS (
    SELECT 1 FROM notifications_outbox
    WHERE paused_at IS NOT NULL OR held_until > %(now)s AND held_until <= %(latest)s
  )
RETURNING
  EXISTS (  -- the ordinary case, in which what was read still holds
    SELECT 1 FROM tokens_apitoken token
    JOIN accounts_account account ON account.id = token.account_id
    JOIN accounts_user person ON person.account_id = account.id
    WHERE token.id = token_id AND token.ended_at IS NULL AND account.suspended_at IS NULL AND person.id = recipient_id
      AND person.email = %(address)s AND person.bounced_address = %(bounced)s
      AND person.role = 'ADMIN' AND person.status = 'ACTIVATED'
  ),
  EXISTS (SELECT 1 FROM notifications_outbox WHERE failing_since IS NOT NULL)
"""
MARK_SENT = """
UPDATE notifications_email SET state = 'sent', lease_until = NULL, changed_at = %(now)s, sent_at = %(now)s,
  provider_id = %(provider_id)s, last_error = ''
WHERE id = %(pk)s AND state = 'sending' AND lease_until = %(lease)s
"""


@dataclass(frozen=True, slots=True)
class Claim:
    """An email that is this sender's until `lease`."""

    email: Email
    lease: datetime
    provider_fails: bool  # by what the last send of anybody noted

    def mark_sent(self, *, provider_id: str, now: datetime) -> bool:
        """Settle it as sent; False if the lease ran out and another sender took over."""
        values = {
            "now": database_value(now),
            "lease": database_value(self.lease),
            "pk": self.email.pk,
            "provider_id": provider_id,
        }
        with connection.cursor() as cursor:
            cursor.execute(MARK_SENT, values)
            return bool(cursor.rowcount)


def claim(email: Email, lease: datetime, *, now: datetime) -> Claim | None:
    """Take the email for this sender alone; None if another has it, or the outbox may not send.

    The attempt counts from here, so that an email that kills its senders ends, too. If the rows around it have changed
    since it was read, the claim has them as they are now.
    """
    values = {"pk": email.pk, "attempts": email.attempts, "now": database_value(now), "lease": database_value(lease)}
    values |= {
        "latest": database_value(Email.latest_attempt(now)),
        "longest": database_value(Email.latest_lease_end(now)),
    }
    values |= {"address": email.recipient.email, "bounced": email.recipient.bounced_address}
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, values)
        answers = cursor.fetchall()  # to the end, where SQLite commits
    if not answers:
        return None
    [(unchanged, provider_fails)] = answers
    if unchanged:
        email.attempts += 1
        email.first_attempt_at = min(email.first_attempt_at or now, now)
    else:
        email = Email.objects.with_facts().get(pk=email.pk)
    return Claim(email, lease, bool(provider_fails))


def database_value(at: datetime) -> Any:
    """The value for a statement by hand: SQLite keeps instants as text."""
    return connection.ops.adapt_datetimefield_value(at)


def next_page(now: datetime) -> list[Email]:
    """Some of the oldest due emails with all that they tell, in their order; none when nothing is due."""
    oldest = list(Email.objects.due(now).values_list("pk", flat=True)[:MAX_CANDIDATES])
    chosen = random.sample(oldest, min(MAX_EMAILS_PER_PAGE, len(oldest)))
    return list(Email.objects.with_facts().filter(pk__in=chosen).order_by("next_attempt_at", "pk"))
