"""The only writers of tokens, and the check that every door makes."""

import hmac
import logging
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from accounts.models import Account
from tokens import keys, rules
from tokens.actors import SYSTEM, Actor
from tokens.errors import (
    AccountSuspended,
    ReplacementNotAcknowledged,
    TokenExpired,
    TokenReplaced,
    TokenRevoked,
    UnknownToken,
    WrongRegion,
)
from tokens.models import ApiToken, TokenEvent
from tokens.scopes import Scope

logger = logging.getLogger(__name__)

NO_PEPPER = bytes(32)


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
    ended = ApiToken.objects.open().filter(pk=old.pk)
    if replaced:
        # The new row follows in this transaction; the foreign key is checked at its end.
        changed = ended.update(ended_at=now, end_reason=ApiToken.EndReason.REPLACED, replaced_by=new.pk)
    else:
        changed = ended.update(ended_at=now, end_reason=ApiToken.EndReason.EXPIRED)
    if not changed:
        raise ReplacementNotAcknowledged(None)
    return replaced


@transaction.atomic
def revoke_token(token: ApiToken, *, by: Actor | None, now: datetime) -> bool:
    """Revoke for good and record who did it; False if it had already ended."""
    if not ApiToken.objects.open().filter(pk=token.pk).update(ended_at=now, end_reason=ApiToken.EndReason.REVOKED):
        return False  # another request got there first
    record(token, TokenEvent.Kind.REVOKED, by=by, now=now)
    return True


def record(
    token: ApiToken, kind: TokenEvent.Kind, *, by: Actor | None, now: datetime, replaced: ApiToken | None = None
) -> None:
    by = by or SYSTEM
    token.events.create(
        kind=kind, replaced=replaced, actor=by.user, actor_name=by.name, ip=by.ip, client=by.client, at=now
    )


TOKEN_COLUMNS = [field.attname for field in ApiToken._meta.concrete_fields]
ACCOUNT_COLUMNS = [field.attname for field in Account._meta.concrete_fields]
CHECKED = [*TOKEN_COLUMNS, *(f"account__{name}" for name in ACCOUNT_COLUMNS)]
NOBODY = [bytes(32) if name == "digest" else None for name in CHECKED]  # what an unknown token is compared with


def authenticate(text: str, *, now: datetime) -> ApiToken:
    """The token that this text opens, with its account; one indexed query, none for a malformed text.

    Raises MalformedToken, WrongRegion and UnknownToken; only to a caller who proved the secret also
    TokenExpired, TokenRevoked, TokenReplaced and AccountSuspended.
    """
    key = keys.parse(text)
    if key.region != settings.REGION:
        raise WrongRegion(key.region)
    # Plain values: rows of the ORM, built for a wrong secret alone, would take time that an unknown token does not.
    row = ApiToken.objects.filter(public_id=key.public_id).order_by().values_list(*CHECKED).first()
    if not secret_matches(key, row) or row is None:
        raise UnknownToken
    token = token_from(row)
    refuse_ended(token, now=now)
    return token


def secret_matches(key: keys.Key, row: Sequence[Any] | None) -> bool:
    """Whether the key is the row's; the same work is done for an unknown one, so that time tells nothing."""
    found = dict(zip(CHECKED, row or NOBODY, strict=True))
    pepper = settings.TOKEN_PEPPERS.get(found["pepper_number"], NO_PEPPER)
    if pepper is NO_PEPPER and row:
        logger.error("TOKEN_PEPPERS lacks number %s: tokens made under it stay closed", found["pepper_number"])
    same = hmac.compare_digest(keys.digest(key.secret, pepper), bytes(found["digest"]))
    return same and pepper is not NO_PEPPER and (found["scope"], found["region"]) == (key.scope, key.region)


def token_from(row: Sequence[Any]) -> ApiToken:
    """The token with its account, as the ORM would have built them from these CHECKED columns."""
    token = ApiToken.from_db("default", TOKEN_COLUMNS, row[: len(TOKEN_COLUMNS)])
    token.account = Account.from_db("default", ACCOUNT_COLUMNS, row[len(TOKEN_COLUMNS) :])
    return token


def refuse_ended(token: ApiToken, *, now: datetime) -> None:
    """Raise the reason why this token, whose secret was proved, does not open."""
    if token.ended_at and token.replaced_by:
        raise TokenReplaced(token, at=token.ended_at, replaced_by=token.replaced_by.mask)
    if token.ended_at and token.end_reason == ApiToken.EndReason.REVOKED:
        raise TokenRevoked(token, at=token.ended_at)
    if token.ended_at or token.is_expired(now):
        raise TokenExpired(token, at=token.expires_at)
    if token.account.suspended_at:
        raise AccountSuspended(token)
