"""Rate limits: permits a minute, counted in Valkey, from which each process takes a batch at once.

A window of a minute begins with the first permit that anybody takes, and Valkey's clock alone ends it. While Valkey is
away every call passes, and the log says so once a minute.
"""

import ipaddress
import logging
import math
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

from tokens.errors import TokenError, TooManyRequests
from tokens.models import ApiToken

logger = logging.getLogger(__name__)

WINDOW_SECONDS = 60
BATCHES_PER_WINDOW = 100  # that a limit is cut into: few enough permits lie unused in a process
SECONDS_WITHOUT_VALKEY = 5.0  # after it did not answer, before it is asked again
MAX_BUCKETS = 20_000  # of each kind, in the memory of a process


@dataclass(slots=True)
class Share:
    """What this process may spend of one bucket before `ends`, in monotonic seconds; `last` if nobody gets more."""

    permits: int
    ends: float
    last: bool


class Counters:
    """The numbers in Valkey, and whether it answers."""

    def __init__(self) -> None:
        self.away_until = 0.0  # monotonic seconds
        self.complained = -float(WINDOW_SECONDS)

    @cached_property
    def client(self) -> redis.Redis:
        """Connects by itself, once a process; never waits longer than VALKEY_TIMEOUT and never tries twice."""
        seconds = settings.VALKEY_TIMEOUT
        return redis.Redis.from_url(
            settings.REDIS_URL, socket_timeout=seconds, socket_connect_timeout=seconds, retry=Retry(NoBackoff(), 0)
        )

    def share(self, key: str, *, limit: int, batch: int) -> Share | None:
        """As many of the window's permits as are left, `batch` at the most; None while Valkey is away."""
        moment = time.monotonic()
        if moment < self.away_until:
            return None
        try:
            with self.client.pipeline(transaction=True) as pipeline:
                pipeline.set(key, 0, ex=WINDOW_SECONDS, nx=True)
                pipeline.incrby(key, batch)
                pipeline.pttl(key)
                _, taken, milliseconds = pipeline.execute()
            if milliseconds < 0:  # a key that lost its end would refuse for ever
                self.client.expire(key, WINDOW_SECONDS)
        except redis.RedisError as error:
            self.complain(error, moment)
            return None
        permits = min(max(limit - (taken - batch), 0), batch)
        return Share(permits, moment + max(milliseconds, 0) / 1000, last=taken >= limit)

    def add(self, hashes: Mapping[str, Mapping[str, float]]) -> None:
        """Add to the fields of these hashes, which stay; nothing while Valkey is away."""
        moment = time.monotonic()
        if moment < self.away_until:
            return
        try:
            with self.client.pipeline(transaction=False) as pipeline:
                for key, fields in hashes.items():
                    for name, amount in fields.items():
                        pipeline.hincrbyfloat(key, name, amount)
                pipeline.execute()
        except redis.RedisError as error:
            self.complain(error, moment)

    def read(self, key: str) -> dict[str, float]:
        """The fields of a hash; none while Valkey is away."""
        moment = time.monotonic()
        if moment < self.away_until:
            return {}
        try:
            fields: Any = self.client.hgetall(key)
            return {name.decode(): float(number) for name, number in fields.items()}
        except redis.RedisError as error:
            self.complain(error, moment)
            return {}

    def complain(self, error: redis.RedisError, moment: float) -> None:
        self.away_until = moment + SECONDS_WITHOUT_VALKEY
        if moment - self.complained >= WINDOW_SECONDS:
            self.complained = moment
            logger.warning("throttling_off error=%s", type(error).__name__)


counters = Counters()


class Throttle:
    """The buckets of one kind, by key."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.lock = threading.Lock()
        self.shares: dict[str, Share] = {}
        self.pruned = 0.0  # when the windows that had ended were last forgotten

    def take_held(self, key: str) -> bool:
        """Take one of the permits that this process holds; False if it holds none."""
        with self.lock:
            share = self.shares.get(key)
            if share is None or not share.permits or time.monotonic() >= share.ends:
                return False
            share.permits -= 1
            return True

    def take(self, key: str, *, limit: int, batch: int) -> int:
        """Take a permit: 0, or the seconds until there will be one. A limit of 0 is none."""
        moment = time.monotonic()
        if not limit:
            return 0
        with self.lock:
            share = self.shares.get(key)
            if share is not None and moment < share.ends and (share.permits or share.last):
                return self.spend(share, moment)
        share = counters.share(f"throttle.{self.kind}.{key}", limit=limit, batch=batch)
        if share is None:
            return 0
        with self.lock:
            self.keep(key, share, moment)
            return self.spend(share, moment)

    def spend(self, share: Share, moment: float) -> int:
        if not share.permits:
            return min(WINDOW_SECONDS, max(1, math.ceil(share.ends - moment)))
        share.permits -= 1
        return 0

    def keep(self, key: str, share: Share, moment: float) -> None:
        """Remember the share, if there is room, with what another thread got meanwhile; else the next call asks."""
        if (other := self.shares.get(key)) is not None and moment < other.ends:
            share.permits += other.permits
        if len(self.shares) >= MAX_BUCKETS and moment >= self.pruned + 1:
            self.pruned = moment
            self.shares = {key: kept for key, kept in self.shares.items() if moment < kept.ends}
        if len(self.shares) < MAX_BUCKETS or key in self.shares:
            self.shares[key] = share


calls, bad_tokens, writes_by_mcp = Throttle("calls"), Throttle("bad"), Throttle("mcp_writes")


def count_call(token: ApiToken, *, refused: TokenError | None = None) -> None:
    """Take one of the token's calls, also of one that is `refused`. Raises TooManyRequests."""
    if calls.take_held(token.public_id):
        return
    limit = settings.CALLS_PER_MINUTE
    if wait := calls.take(token.public_id, limit=limit, batch=max(1, limit // BATCHES_PER_WINDOW)):
        raise TooManyRequests(token, limit=limit, wait=wait, instead_of=refused)


def count_bad_token(address: str | None) -> None:
    """Take one of the address's bad tokens: good ones never count. Raises TooManyRequests."""
    limit = settings.BAD_TOKENS_PER_MINUTE
    if wait := bad_tokens.take(network(address), limit=limit, batch=1):
        raise TooManyRequests(None, limit=limit, wait=wait)


def network(address: str | None) -> str:
    """What bad tokens are counted by: an IPv4 address, or the /64 network of an IPv6 address.

    A customer of a provider has a whole /64 (RFC 6177). Callers whose address is not known share one count.
    """
    if address is None:
        return "nowhere"
    ip = ipaddress.ip_address(address)
    ip = getattr(ip, "ipv4_mapped", None) or ip  # from a socket that serves both
    return str(ipaddress.ip_network((ip, 64), strict=False)) if ip.version == 6 else str(ip)
