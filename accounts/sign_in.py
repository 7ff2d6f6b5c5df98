"""Every change of how somebody signs in. Each writes its event in the same transaction; `notifications` tells them."""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import transaction

from accounts import audit
from accounts.actors import Actor
from accounts.errors import SignInsEnded
from accounts.models import PasswordResetRequest, PeopleEvent, User
from accounts.services import check_address

Kind = PeopleEvent.Kind


def ask_for_password_link(address: str, *, now: datetime) -> None:
    """Let whoever has this address be mailed a link that sets their password.

    One INSERT, whoever that is and whether there is anybody: how long it takes tells nothing. `notifications` answers.
    """
    small = address.strip().lower()[: PasswordResetRequest.MAX_LENGTH]  # small letters may be more than capital ones
    PasswordResetRequest.objects.create(address=small, at=now)


def set_password(user: User, password: str, *, by: Actor, now: datetime) -> None:
    """The person's password from now on; `by` is somebody who knew the old one, or who had a link (no `by.user`).

    Raises SignInsEnded for a person whose sign-ins have ended since `user` was read.
    """
    user.set_password(password)  # takes its time: before the transaction
    with transaction.atomic():
        same = User.objects.filter(pk=user.pk, sign_in_epoch=user.sign_in_epoch)
        if not same.change(password=user.password, updated_at=now):
            raise SignInsEnded("The sign-in has ended.")
        after = {} if by.user else {"by": "link"}
        audit.record_event(Kind.PASSWORD_CHANGED, user, by=by, now=now, after=after)


@transaction.atomic
def change_address(user: User, *, address: str, by: Actor, now: datetime) -> None:
    """Where the person gets mail and how they sign in from now on. Raises InvalidUser for an unusable or taken one."""
    locked = User.objects.select_for_update().get(pk=user.pk)
    address, before = check_address(address, of=user), locked.email
    if address == before:
        return
    User.objects.filter(pk=user.pk).change(email=address, updated_at=now)
    User.objects.filter(pk=user.pk).end_sign_ins()
    EmailAddress.objects.filter(user=user).delete()  # allauth's copy, by which the old one would still sign in
    audit.record_event(Kind.ADDRESS_CHANGED, user, by=by, now=now, before={"email": before}, after={"email": address})
    user.email = address
