"""What the management commands of every app look up."""

from django.core.management.base import CommandError

from accounts.models import Account, User


def account_with_slug(slug: str) -> Account:
    """The account of this slug. Raises CommandError when there is none."""
    account: Account | None = Account.objects.filter(slug=slug).first()
    if account is None:
        raise CommandError(f"There is no account {slug!r}.")
    return account


def person_with_address(address: str) -> User:
    """The person who signs in with this address, in any case. Raises CommandError when there is none."""
    person: User | None = User.objects.filter(email__iexact=address.strip()).first()
    if person is None:
        raise CommandError(f"Nobody signs in with {address!r}.")
    return person
