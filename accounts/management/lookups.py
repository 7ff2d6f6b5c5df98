"""What the management commands of every app look up."""

from django.core.management.base import CommandError

from accounts.models import Account


def account_with_slug(slug: str) -> Account:
    """The account of this slug. Raises CommandError when there is none."""
    account: Account | None = Account.objects.filter(slug=slug).first()
    if account is None:
        raise CommandError(f"There is no account {slug!r}.")
    return account
