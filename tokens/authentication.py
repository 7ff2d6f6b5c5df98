"""The check that every door makes: which token does this text open?"""

import hashlib
import hmac
import logging
import re
import secrets
import time
from datetime import datetime

from django.conf import settings

from tokens import keys
from tokens.errors import (
    AccountSuspended,
    MalformedToken,
    TokenExpired,
    TokenReplaced,
    TokenRevoked,
    UnknownToken,
    WrongRegion,
)
from tokens.leases import Leased
from tokens.lookup import Row, look_up
from tokens.models import ApiToken

logger = logging.getLogger(__name__)

# `Token <t>`, `Bearer <t>` or the bare value, in any case; `castor:` or `castor::`, which the vendor's own programs put
# before every token, is dropped. 200 characters are room enough.
PRESENTED = re.compile(r"(?:(?:token|bearer)[ \t]+)?(?-i:castor::?)?([!-~]{1,200})", re.ASCII | re.IGNORECASE)
NO_PEPPER = bytes(32)
TEXT_HASH = hashlib.blake2b(digest_size=16, key=secrets.token_bytes(32))  # with a key of this process alone
# Also counts while the machine sleeps; CLOCK_MONOTONIC does not.
CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)

verified: Leased[ApiToken] = Leased(length=settings.TOKEN_LEASE)


def authenticate(text: str, *, now: datetime) -> ApiToken:
    """The token that this text opens, with its account; the text is a token, or what an Authorization header says.

    No query while the process holds a lease and has verified the text before, else one; none for a malformed text.
    Raises MalformedToken, WrongRegion and UnknownToken; only to a caller who proved the secret also TokenExpired,
    TokenRevoked, TokenReplaced and AccountSuspended; and django.db.Error, for what cannot be checked is not let in.
    """
    text_hash = hash_of(text)
    token = verified.get(text_hash, moment=time.clock_gettime(CLOCK))
    if token is None:
        return verify(text, text_hash, now=now)
    if token.is_expired(now):
        raise TokenExpired(token, at=token.expires_at)
    return token


def hash_of(text: str) -> bytes:
    """The key under which `verified` keeps what this text opens: the text itself stays in no memory."""
    text_hash = TEXT_HASH.copy()
    text_hash.update(text.encode(errors="surrogatepass"))
    return text_hash.digest()


def verify(text: str, text_hash: bytes, *, now: datetime) -> ApiToken:
    """As `authenticate`, from the database: the first time, and whenever no lease holds."""
    key = keys.parse(value_in(text))
    if key.region != settings.REGION:
        raise WrongRegion(key.region)
    began = time.clock_gettime(CLOCK)
    row = look_up(key.public_id)
    if row is None:
        raise UnknownToken
    verified.take_lease(row.generation, began=began)
    if not secret_matches(key, row):
        raise UnknownToken
    token = row.token()
    check_usable(token, now=now)
    if is_plain(text, key):
        verified.keep(text_hash, token, generation=row.generation)
    return token


def is_plain(text: str, key: keys.Key) -> bool:
    """Whether this text, which was found to say the key, is one of its nine usual spellings.

    Others are not remembered: there is no end of them, and one token could fill the memory.
    """
    value = text.removeprefix("Bearer ").removeprefix("Token ")
    return value.removeprefix("castor:").removeprefix(":") == key.text


def value_in(text: str) -> str:
    """The token itself, without what may stand before it. Raises MalformedToken."""
    match = PRESENTED.fullmatch(text)
    if match is None or match[1].lower() in {"token", "bearer"}:
        raise MalformedToken
    return match[1]


def secret_matches(key: keys.Key, row: Row) -> bool:
    """Whether the key is the row's; the same work is done for a decoy, so that time tells nothing."""
    pepper = settings.TOKEN_PEPPERS.get(row["pepper_number"], NO_PEPPER)
    if pepper is NO_PEPPER and row.is_real:
        logger.error("TOKEN_PEPPERS lacks number %s: tokens made under it stay closed", row["pepper_number"])
    same = hmac.compare_digest(keys.digest(key.secret, pepper), bytes(row["digest"]))
    known = row.is_real and pepper is not NO_PEPPER
    return same and known and (row["scope"], row["region"]) == (key.scope, key.region)


def check_usable(token: ApiToken, *, now: datetime) -> None:
    """Raise the reason why this token, whose secret was proved, does not open, if there is one."""
    if token.ended_at and token.replaced_by:
        raise TokenReplaced(token, at=token.ended_at, replaced_by=token.replaced_by.mask)
    if token.ended_at and token.end_reason == ApiToken.EndReason.REVOKED:
        raise TokenRevoked(token, at=token.ended_at)
    if token.ended_at or token.is_expired(now):
        raise TokenExpired(token, at=token.expires_at)
    if token.account.suspended_at:
        raise AccountSuspended(token)
