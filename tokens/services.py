"""The only writers of tokens, and of who is done with moving to one."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.conf import settings
from django.db import transaction

from accounts import audit
from accounts.actors import SYSTEM, Actor
from accounts.generation import outlast_leases
from accounts.models import Account
from tokens import keys, rules
from tokens.errors import AccountSuspended, ReplacementNotAcknowledged
from tokens.models import ApiToken, FinishedRotation, TokenEvent
from tokens.scopes import Scope


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A new token and its 60 characters, which exist in this one value only."""

    token: ApiToken
    secret: str = field(repr=False)


@transaction.atomic
def generate_token(
    account: Account,
    *,
    scope: Scope,
    by: Actor | None,
    now: datetime,
    name: str = "",
    replaces: uuid.UUID | None = None,
) -> IssuedToken:
    """A new token that takes the place of `replaces`, the id of the active token that the caller was shown.

    An expired token is closed without `replaces`. Raises ReplacementNotAcknowledged when the open token of this
    scope is another one than `replaces`, InvalidName, and AccountSuspended; then nothing has changed.
    """
    name = rules.clean_name(name)
    locked = Account.objects.select_for_update().get(pk=account.pk)  # the row that always exists, see decision 0002
    if locked.suspended_at:
        raise AccountSuspended
    old = locked.tokens.open().filter(scope=scope).first()
    if replaceable_id(old, now=now, replaces=replaces) != replaces:
        raise ReplacementNotAcknowledged(old)
    issued = new_token(locked, scope=scope, name=name, now=now)
    replaced = old if old and end_for(old, issued.token, now=now) else None
    issued.token.save(force_insert=True)
    record(issued.token, TokenEvent.Kind.GENERATED, by=by, now=now, replaced=replaced)
    return issued


def replaceable_id(old: ApiToken | None, *, now: datetime, replaces: uuid.UUID | None) -> uuid.UUID | None:
    """What `replaces` has to be: the id of the active token, if there is one."""
    if old is None:
        return None
    return replaces if old.is_expired(now) and replaces in {None, old.pk} else old.pk


def new_token(account: Account, *, scope: Scope, name: str, now: datetime) -> IssuedToken:
    """A token that is not saved yet, with its text; its digest is made under the newest pepper."""
    key = keys.mint(scope, settings.REGION)
    number, pepper = next(iter(settings.TOKEN_PEPPERS.items()))
    token = ApiToken(
        account=account,
        scope=scope,
        region=key.region,
        public_id=key.public_id,
        digest=keys.digest(key.secret, pepper),
        pepper_number=number,
        last_four=key.last_four,
        name=name,
        created_at=now,
        expires_at=rules.one_year_after(now.astimezone(UTC)),
    )
    return IssuedToken(token, key.text)


def end_for(old: ApiToken, new: ApiToken, *, now: datetime) -> bool:
    """Close the old token in favour of the new one; True if that replaced it, False if it had expired.

    Raises ReplacementNotAcknowledged when somebody revoked it in the meantime.
    """
    replaced = not old.is_expired(now)
    still_open = ApiToken.objects.open().filter(pk=old.pk)
    if replaced:
        # The new row follows in this transaction; the foreign key is checked at its end.
        changed = still_open.update(ended_at=now, end_reason=ApiToken.EndReason.REPLACED, replaced_by=new.pk)
    else:
        changed = still_open.update(ended_at=now, end_reason=ApiToken.EndReason.EXPIRED)
    if not changed:
        raise ReplacementNotAcknowledged(None)
    if replaced:
        outlast_leases()
    return replaced


def revoke_token(token: ApiToken, *, by: Actor | None, now: datetime) -> bool:
    """Revoke for good and record who did it; False if it had already ended."""
    return bool(revoke_tokens([token], by=by, now=now))


@transaction.atomic
def revoke_tokens(tokens: Iterable[ApiToken], *, by: Actor | None, now: datetime) -> int:
    """Revoke several in one transaction and with one wait for leases; returns how many had not ended before."""
    revoked = [token for token in tokens if end(token, now=now)]
    for token in revoked:
        record(token, TokenEvent.Kind.REVOKED, by=by, now=now)
    if revoked:
        outlast_leases()
    return len(revoked)


def end(token: ApiToken, *, now: datetime) -> bool:
    """Settle by one UPDATE who of those that revoke it at once was first."""
    return bool(ApiToken.objects.open().filter(pk=token.pk).update(ended_at=now, end_reason=ApiToken.EndReason.REVOKED))


def record(
    token: ApiToken, kind: TokenEvent.Kind, *, by: Actor | None, now: datetime, replaced: ApiToken | None = None
) -> None:
    by = by or SYSTEM
    token.events.create(
        kind=kind, replaced=replaced, actor=by.user, actor_name=by.name, ip=by.ip, client=by.client, at=now
    )


@transaction.atomic
def finish_rotation(token: ApiToken, *, by: Actor | None, now: datetime) -> bool:
    """Hide the board of who has moved to this token, for good, and end the emails about it; False if it was hidden.

    The ledger keeps what it knows. The board of the next token is a new one (decision 0026).
    """
    _, first = FinishedRotation.objects.get_or_create(token=token, defaults={"at": now})
    if first:
        audit.record(
            "finish_rotation",
            kind="rotation",
            ids=[token.pk],
            by=by,
            now=now,
            account=token.account_id,
            detail=token.mask,
        )
    return first
