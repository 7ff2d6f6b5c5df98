"""Which emails an event owes, and to whom."""

from accounts.models import User
from notifications.models import Email
from tokens.models import TokenEvent

KIND_OF_EVENT = {
    TokenEvent.Kind.GENERATED: Email.Kind.GENERATED,  # a replacement too: one email that names both tokens
    TokenEvent.Kind.REVOKED: Email.Kind.REVOKED,
}


def kind_of(event: TokenEvent) -> Email.Kind:
    return KIND_OF_EVENT[TokenEvent.Kind(event.kind)]


def recipients(event: TokenEvent) -> list[User]:
    """The administrators of the token's account as of now; none means that the email stays owed."""
    return list(User.objects.administrators_of(event.token.account))


def is_still_owed(email: Email) -> bool:
    """Whether the recipient still administers the account."""
    return email.recipient in recipients(email.event)
