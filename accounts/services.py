"""Every change of accounts and people."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.text import slugify

from accounts.errors import InvalidAccount, InvalidUser
from accounts.generation import outlast_leases
from accounts.models import Account, User


@transaction.atomic
def create_account(name: str, *, admin_email: str, now: datetime) -> tuple[Account, User]:
    """The new account and its first administrator, who has no password yet.

    Raises InvalidAccount for an empty, long or taken name and InvalidUser for an unusable address.
    """
    name = " ".join(name.split())
    slug = slugify(name)
    if not name.isprintable() or not slug or len(name) > 120 or len(slug) > 60:
        raise InvalidAccount("The name needs 1 to 60 letters or digits, some of them from a to z or 0 to 9.")
    if Account.objects.filter(slug=slug).exists():
        raise InvalidAccount(f"There is an account {slug} already.")
    account = Account.objects.create(name=name, slug=slug, created_at=now)
    admin = create_user(admin_email, account=account, role=User.Role.ADMIN, now=now)
    return account, admin


def create_user(
    email: str,
    *,
    now: datetime,
    account: Account | None = None,
    role: User.Role = User.Role.VIEWER,
    is_staff: bool = False,
    password: str | None = None,
) -> User:
    """The new person, activated; without a password they set one by a link. Raises InvalidUser."""
    email = check_address(email)
    user = User(email=email, account=account, role=role, is_staff=is_staff, created_at=now, updated_at=now)
    user.set_password(password)
    user.save()
    return user


def check_address(text: str, *, of: User | None = None) -> str:
    """The address in small letters. Raises InvalidUser when it is none, or another's than `of`."""
    email = text.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise InvalidUser(f"{email!r} is no email address.") from None
    if User.objects.filter(email__iexact=email).exclude(pk=of and of.pk).exists():
        raise InvalidUser(f"{email} is in use already.")
    return email


def name_user(user: User, *, first_name: str, last_name: str, now: datetime) -> None:
    """What to call the person."""
    User.objects.filter(pk=user.pk).update(first_name=first_name, last_name=last_name, updated_at=now)


@transaction.atomic
def change_user(user: User, *, role: User.Role, status: User.Status, is_staff: bool, now: datetime) -> None:
    """What the person may do from now on. Raises InvalidUser for somebody with neither an account nor the operator's
    role, and for the change that would leave an account without an administrator.
    """
    if user.account_id is None and not is_staff:
        raise InvalidUser("Somebody who is no operator needs an account.")
    if user.account_id is not None:
        Account.objects.select_for_update().get(pk=user.account_id)  # two administrators could leave at once
        administrators = User.objects.administrators_of(user.account)
        stays = (role, status) == (User.Role.ADMIN, User.Status.ACTIVATED)
        if not stays and administrators.exists() and not administrators.exclude(pk=user.pk).exists():
            raise InvalidUser("Nobody else administers this account: make somebody else its administrator first.")
    User.objects.filter(pk=user.pk).update(role=role, status=status, is_staff=is_staff, updated_at=now)


@transaction.atomic
def suspend_account(account: Account, *, now: datetime) -> bool:
    """Close the account: nobody signs in, no token opens; False if it was closed before."""
    closed = Account.objects.filter(pk=account.pk, suspended_at=None).update(suspended_at=now)
    if closed:
        outlast_leases()
    return bool(closed)


def reopen_account(account: Account) -> bool:
    """Undo a suspension; its tokens open again. False if the account was open."""
    return bool(Account.objects.filter(pk=account.pk).exclude(suspended_at=None).update(suspended_at=None))


def note_bounce(user: User, address: str, *, now: datetime) -> bool:
    """Record that mail to this address of the person is turned away for good; False if that was known."""
    known = User.objects.filter(pk=user.pk).exclude(bounced_address__iexact=address)
    return bool(known.update(bounced_address=address.lower(), bounced_at=now))


def trust_address(user: User) -> bool:
    """Mail the person again although their address bounced; False if it had not."""
    bounced = User.objects.filter(pk=user.pk).exclude(bounced_address="")
    return bool(bounced.update(bounced_address="", bounced_at=None))
