"""Every change of accounts and people: the row and its entry in the audit log, in one transaction."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypedDict

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import F
from django.utils.text import slugify

from accounts import audit
from accounts.actors import Actor
from accounts.differences import as_shown, differences
from accounts.errors import ChangedMeanwhile, InvalidAccount, InvalidUser
from accounts.generation import outlast_leases
from accounts.models import Account, User
from accounts.rules import account_name, person_name

# --- Accounts ----------------------------------------------------------------------------------


@transaction.atomic
def create_account(name: str, *, admin_email: str, by: Actor | None, now: datetime) -> tuple[Account, User]:
    """The new account and its first administrator, who has no password yet.

    Raises InvalidAccount for an empty, long or taken name and InvalidUser for an unusable address.
    """
    name = account_name(name)
    slug = slugify(name)
    if Account.objects.filter(slug=slug).exists():
        raise InvalidAccount(f"There is an account {slug} already.")
    account = Account.objects.create(name=name, slug=slug, created_at=now)
    record_account("create_account", account, by=by, now=now, detail=name)
    admin = create_user(admin_email, account=account, role=User.Role.ADMIN, by=by, now=now)
    return account, admin


@transaction.atomic
def rename_account(account: Account, *, name: str, shown: int, by: Actor | None, now: datetime) -> bool:
    """Call the account something else; False if that is its name. `shown` is the version that `by` looked at.

    Raises InvalidAccount, and ChangedMeanwhile when the account is not any more what was shown.
    """
    name = account_name(name)
    before = Account.objects.get(pk=account.pk)
    if before.version == shown and before.name == name:
        return False
    if not Account.objects.filter(pk=account.pk, version=shown).change(name=name):
        raise ChangedMeanwhile(f"{before.name} was changed meanwhile")
    record_account("rename_account", account, by=by, now=now, detail=f"{before.name} → {name}")
    return True


@transaction.atomic
def suspend_account(account: Account, *, by: Actor | None, now: datetime) -> bool:
    """Close the account: no token opens, and the sign-ins of its people end for good. False if it was closed before."""
    if not Account.objects.filter(pk=account.pk, suspended_at=None).change(suspended_at=now):
        return False
    User.objects.filter(account=account).end_sign_ins()
    record_account("suspend_account", account, by=by, now=now)
    outlast_leases()
    return True


@transaction.atomic
def reopen_account(account: Account, *, by: Actor | None, now: datetime) -> bool:
    """Undo a suspension; its tokens open again, and its people may sign in. False if the account was open."""
    if not Account.objects.filter(pk=account.pk).exclude(suspended_at=None).change(suspended_at=None):
        return False
    record_account("reopen_account", account, by=by, now=now)
    return True


@transaction.atomic
def change_mcp_access(
    account: Account, *, access: bool, writes: bool, shown: int, by: Actor | None, now: datetime
) -> bool:
    """Let AI clients in by MCP (`access`), and let them write (`writes`); False if it is so already.

    `shown` is the version that `by` looked at. Returns when no process lets anybody in any more whom the change keeps
    out. Raises ChangedMeanwhile when the account is not any more what was shown.
    """
    after = {"mcp_access": access, "mcp_writes": writes}
    before = Account.objects.get(pk=account.pk)
    columns = {name: value for name, value in after.items() if value != getattr(before, name)}
    if before.version == shown and not columns:
        return False
    if not Account.objects.filter(pk=account.pk, version=shown).change(**columns):
        raise ChangedMeanwhile(f"{before.name} was changed meanwhile")
    told = differences(as_shown(before, columns), as_shown(Account(**columns), columns))
    record_account("change_mcp_access", account, by=by, now=now, detail=told)
    outlast_leases()
    return True


def record_account(operation: str, account: Account, *, by: Actor | None, now: datetime, detail: str = "") -> None:
    audit.record(operation, kind="account", ids=[account.uuid], by=by, now=now, account=account, detail=detail)


# --- People ------------------------------------------------------------------------------------


class UserChanges(TypedDict, total=False):
    """What can be changed of a person; what is absent stays as it is."""

    first_name: str
    last_name: str
    role: User.Role
    status: User.Status
    is_staff: bool
    dates: User.Dates


@transaction.atomic
def create_user(
    email: str,
    *,
    by: Actor | None,
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
    audit.record_person("create_user", user, by=by, now=now, detail="operator" if is_staff else f"role: {role.label}")
    return user


def check_address(text: str, *, of: User | None = None) -> str:
    """The address in small letters. Raises InvalidUser when it is none, or that of somebody other than `of`."""
    email = text.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise InvalidUser(f"{email!r} is no email address.") from None
    if User.objects.filter(email__iexact=email).exclude(pk=of and of.pk).exists():
        raise InvalidUser(f"{email} is in use already.")
    return email


@transaction.atomic
def change_user(user: User, *, changes: UserChanges, shown: int, by: Actor | None, now: datetime) -> bool:
    """What to call the person, and what they may do from now on; False if it is so already. `shown` is the version that
    `by` looked at.

    Whoever may not sign in any more, or is no operator any more, loses the sessions and password links of before.
    Raises InvalidUser for an odd name, for somebody with neither an account nor the operator's role, and for the change
    that would leave an account without an administrator; ChangedMeanwhile when the person is not any more what was
    shown.
    """
    if user.account_id is not None:  # two administrators could leave at once; the audit log may refer to the row
        Account.objects.select_for_update(no_key=True).get(pk=user.account_id)
    before = User.objects.get(pk=user.pk)
    columns = changed_columns(before, changes)
    if before.version == shown and not columns:
        return False
    check_rights(before, after={field: columns.get(field, getattr(before, field)) for field in RIGHTS})
    epoch = {"sign_in_epoch": F("sign_in_epoch") + 1} if ends_sign_ins(before, columns) else {}
    if not User.objects.filter(pk=user.pk, version=shown).change(updated_at=now, **columns, **epoch):
        raise ChangedMeanwhile(f"{before.email} was changed meanwhile")
    told = differences(as_shown(before, columns), as_shown(User(**columns), columns))
    audit.record_person("change_user", before, by=by, now=now, detail=told)
    return True


RIGHTS = ("role", "status", "is_staff")


def changed_columns(before: User, changes: UserChanges) -> dict[str, Any]:
    """Those of the changes that make a difference. Raises InvalidUser for an odd name."""
    columns: dict[str, Any] = dict(changes)
    for field in {"first_name", "last_name"} & columns.keys():
        columns[field] = person_name(columns[field])
    return {field: value for field, value in columns.items() if value != getattr(before, field)}


def check_rights(user: User, *, after: Mapping[str, Any]) -> None:
    """Raises InvalidUser when an account would lose its last administrator, or an operator without account the role."""
    if user.account_id is None:
        if not after["is_staff"]:
            raise InvalidUser("Somebody who is no operator needs an account.")
        return
    administrators = User.objects.administrators_of(user.account)
    stays = (after["role"], after["status"]) == (User.Role.ADMIN, User.Status.ACTIVATED)
    if not stays and administrators.exists() and not administrators.exclude(pk=user.pk).exists():
        raise InvalidUser("Nobody else administers this account: make somebody else its administrator first.")


def ends_sign_ins(before: User, columns: Mapping[str, Any]) -> bool:
    leaves = before.status == User.Status.ACTIVATED and "status" in columns
    return leaves or (before.is_staff and "is_staff" in columns)


@transaction.atomic
def note_bounce(user: User, address: str, *, now: datetime) -> bool:
    """Record that mail to this address of the person is turned away for good; False if that was known."""
    known = User.objects.filter(pk=user.pk).exclude(bounced_address__iexact=address)
    if not known.change(bounced_address=address.lower(), bounced_at=now):
        return False
    other = "" if address.lower() == user.email.lower() else f"then {address.lower()}"
    audit.record_person("note_bounce", user, by=None, now=now, detail=other)
    return True


@transaction.atomic
def trust_address(user: User, *, by: Actor | None, now: datetime) -> bool:
    """Mail the person again although their address bounced; False if it had not."""
    bounced = User.objects.filter(pk=user.pk).exclude(bounced_address="")
    if not bounced.change(bounced_address="", bounced_at=None):
        return False
    audit.record_person("trust_address", user, by=by, now=now)
    return True
