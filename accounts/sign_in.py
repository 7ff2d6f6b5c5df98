"""Every change of how somebody signs in. Each writes its event in the same transaction; `notifications` tells them."""

from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction
from django.db.models import F

from accounts import audit
from accounts.actors import COMMAND_LINE, Actor
from accounts.errors import InvalidUser, SignInsEnded
from accounts.models import PasswordResetRequest, PeopleEvent, User
from accounts.second_factors import no_events_of_their_own
from accounts.services import check_address

Kind = PeopleEvent.Kind


def ask_for_password_link(address: str, *, now: datetime) -> None:
    """Let whoever has this address be mailed a link that sets their password.

    One INSERT, whoever that is and whether there is anybody: how long it takes tells nothing. `notifications` answers.
    """
    longest = PasswordResetRequest.address.field.max_length
    small = address.strip().lower()[:longest]  # small letters may be more than capital ones
    PasswordResetRequest.objects.create(address=small, at=now)


def set_password(user: User, password: str, *, by: Actor, now: datetime) -> None:
    """The person's password from now on; their sign-ins of before end, and `user` has what a new session needs.

    `by` is somebody who knew the old one; without `by.user`, somebody who had a link, or the command line.
    Raises SignInsEnded for a person whose sign-ins have ended since `user` was read: of two new passwords at the same
    time the first stays, whoever knew the old one.
    """
    user.set_password(password)  # takes its time: before the transaction
    with transaction.atomic():
        same = User.objects.filter(pk=user.pk, sign_in_epoch=user.sign_in_epoch)
        if not same.change(password=user.password, sign_in_epoch=F("sign_in_epoch") + 1, updated_at=now):
            raise SignInsEnded("The sign-in has ended.")
        how = "command" if by.door == COMMAND_LINE.door else "link"
        after = {} if by.user else {"by": how}
        audit.record_event(Kind.PASSWORD_CHANGED, user, by=by, now=now, after=after)
    user.sign_in_epoch += 1


@transaction.atomic
def change_address(user: User, *, address: str, by: Actor, now: datetime) -> bool:
    """Where the person gets mail and how they sign in from now on; their sign-ins end. False if it is theirs already.

    Raises InvalidUser for an unusable or taken one.
    """
    locked = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    address, before = check_address(address, of=user), locked.email
    if address == before:
        return False
    try:
        with transaction.atomic():
            User.objects.filter(pk=user.pk).change(email=address, updated_at=now)
    except IntegrityError:  # somebody else got it since the check
        raise InvalidUser(f"{address} is in use already.") from None
    User.objects.filter(pk=user.pk).end_sign_ins()
    EmailAddress.objects.filter(user=user).delete()  # allauth's copy, by which the old one would still sign in
    audit.record_event(Kind.ADDRESS_CHANGED, user, by=by, now=now, before={"email": before}, after={"email": address})
    user.email = address
    return True


@transaction.atomic
def reset_second_factor(user: User, *, by: Actor, now: datetime) -> None:
    """Take away every second factor that the person lost, with the recovery codes; their sign-ins end.

    They sign in by password alone until they set up another one. Raises InvalidUser when they have none.
    """
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    factors = Authenticator.objects.filter(user=user)
    types = sorted(set(factors.values_list("type", flat=True)))
    if not types:
        raise InvalidUser(f"{user.email} has no second factor.")
    with no_events_of_their_own():
        factors.delete()
    User.objects.filter(pk=user.pk).end_sign_ins()
    audit.record_event(Kind.SECOND_FACTOR_RESET, user, by=by, now=now, before={"types": ", ".join(types)})


@transaction.atomic
def end_other_sign_ins(user: User, *, by: Actor, now: datetime) -> None:
    """Sign the person out of every browser, and end the links that set their password; who asks keeps their own session
    by taking the new hash into it (`update_session_auth_hash`). Raises SignInsEnded when it had ended before.
    """
    same = User.objects.filter(pk=user.pk, sign_in_epoch=user.sign_in_epoch)
    if not same.end_sign_ins():
        raise SignInsEnded("The sign-in has ended.")
    user.sign_in_epoch += 1
    audit.record_person("end_other_sign_ins", user, by=by, now=now)
