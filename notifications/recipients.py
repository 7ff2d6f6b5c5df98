"""Who gets the emails about an account, and which addresses can be mailed.

The rule is here twice, for rows at hand and for the database, which cannot tell whether a text is an address. The claim
(`claims.py`) has a third form by hand. `tests/notifications/test_recipients.py` holds all of them against each other.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import cast

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from accounts.models import Account, User, UserQuerySet


def is_recipient(person: User, account_id: int) -> bool:
    """Whether this person gets the emails about this account: an activated administrator who can be mailed.

    Also of a suspended account: whoever suspends one does not silence what happened before.
    """
    administers = person.role == User.Role.ADMIN and person.status == User.Status.ACTIVATED
    return administers and person.account_id == account_id and can_be_mailed(person)


def reachable_administrators() -> UserQuerySet:
    """Those of all accounts whom `is_recipient` names, and those among them whose address is none."""
    return cast("UserQuerySet", User.objects.administrators().reachable())


def recipients_of(account: Account) -> list[User]:
    """Whom `is_recipient` names at this moment; if that is nobody, what is owed stays owed."""
    return with_usable_address(reachable_administrators().filter(account=account))


def recipients_by_account(accounts: Collection[int]) -> defaultdict[int | None, list[User]]:
    """The same for many accounts at once, by their ids; nobody for every other."""
    people: defaultdict[int | None, list[User]] = defaultdict(list)
    for person in with_usable_address(reachable_administrators().filter(account__in=accounts).order_by("pk")):
        people[person.account_id].append(person)
    return people


def with_usable_address(people: Iterable[User]) -> list[User]:
    return [person for person in people if is_usable(person.email)]


def can_be_mailed(person: User, *, at: str = "") -> bool:
    """Whether mail to this person may arrive, at their address or at another one of theirs."""
    address = at or person.email
    return is_usable(address) and address.lower() != person.bounced_address.lower()


def is_usable(address: str) -> bool:
    """Whether mail can be sent to this address at all."""
    try:
        validate_email(address)
    except ValidationError:
        return False
    return address.isprintable()
