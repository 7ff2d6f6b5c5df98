"""The part `cold` of `bench auth`, on the database of the settings: calls that memory does not answer."""

import math
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import cycle
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402  # Django has to be set up first
from django.db import connection  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import Account  # noqa: E402
from bench._checks import HEADERS, Turn, measured, request_for  # noqa: E402
from bench._figures import ratios, spread  # noqa: E402
from bench._variants import FLOOR, OURS, VARIANTS  # noqa: E402
from catalog_site.wsgi import application  # noqa: E402
from tokens import keys, ledger  # noqa: E402
from tokens.authentication import verified  # noqa: E402
from tokens.clients import client_name  # noqa: E402
from tokens.doors import Door  # noqa: E402
from tokens.entries import Entry  # noqa: E402
from tokens.leases import MOST  # noqa: E402
from tokens.models import ApiToken  # noqa: E402

EACH = 500  # bad tokens of each kind
ONE_QUERY = next(variant for variant in VARIANTS if variant.credential == "public id")


def main() -> int:
    tokens, rounds, calls = map(int, sys.argv[1:])
    kinds = {name: list(make()) for name, make in KINDS.items()}
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    turns = {name: turn(texts) for name, texts in kinds.items()}
    turns[FLOOR.name] = turn([""], path=FLOOR.path)
    turns[ONE_QUERY.name] = turn([ApiToken.objects.values_list("public_id", flat=True)[:1][0]], path=ONE_QUERY.path)
    found = measured(turns, rounds, calls)
    print(f"\nWhat memory does not answer, the whole application, {tokens:,} tokens, {connection.vendor}: median of")
    print(f"{rounds} rounds (quartiles); memory holds {MOST:,} tokens")
    print("| call | ratio to no authentication | ratio to one indexed query | queries |\n|---|---|---|---|")
    for name, values in found.items():
        floor, query = (spread(ratios(values, found[other.name]), ".2f") for other in (FLOOR, ONE_QUERY))
        print(f"| {name} | {floor} | {query} | {queries(turns[name])} |", flush=True)
    return 0


# --- Tokens --------------------------------------------------------------------------------------


def valid() -> Iterator[str]:
    """Twice as many as memory holds, so that each has been pushed out when its turn comes again."""
    return stored(2 * MOST, "valid")


def revoked() -> Iterator[str]:
    now = timezone.now()
    return stored(EACH, "revoked", ended_at=now, end_reason=ApiToken.EndReason.REVOKED)


def expired() -> Iterator[str]:
    return stored(EACH, "expired", expires_at=timezone.now() - timedelta(hours=1))


def wrong_secret() -> Iterator[str]:
    for text in stored(EACH, "wrong"):
        known = keys.parse(text)
        body = f"{keys.prefix(known.scope, known.region)}{known.public_id}{keys.random_base62(keys.SECRET_LENGTH)}"
        yield body + keys.checksum(body)


def unknown() -> Iterator[str]:
    return (keys.mint("READ_ONLY", "eu").text for _ in range(EACH))


def malformed() -> Iterator[str]:
    return (text[:-1] for text in unknown())


def stored(count: int, name: str, **fields: Any) -> Iterator[str]:
    """So many tokens, each of an account of its own, written past the services: those would take an hour."""
    now = timezone.now()
    begun = now - timedelta(days=30)
    accounts = [Account(name=name, slug=f"{name}-{number}", created_at=begun) for number in range(count)]
    Account.objects.bulk_create(accounts, batch_size=5000)
    minted = [keys.mint("READ_ONLY", "eu") for _ in accounts]
    rows = [row(key, account, begun, fields) for key, account in zip(minted, accounts, strict=True)]
    ApiToken.objects.bulk_create(rows, batch_size=2000)
    # As if they had been used today: the first use of a token waits until it is on record.
    client, reason = client_name(HEADERS["User-Agent"]), name if fields else ""
    for one in rows:
        ledger.of_this_process.due[Entry(one.pk, now.date(), Door.REST.value, client, reason)] = math.inf
    return (key.text for key in minted)


def row(key: keys.Key, account: Account, now: datetime, fields: dict[str, Any]) -> ApiToken:
    number, pepper = next(iter(settings.TOKEN_PEPPERS.items()))
    known = {"expires_at": now + timedelta(days=365), "created_at": now, "digest": keys.digest(key.secret, pepper)}
    return ApiToken(
        account=account,
        scope=key.scope,
        region=key.region,
        public_id=key.public_id,
        pepper_number=number,
        last_four=key.last_four,
        **known | fields,
    )


KINDS: dict[str, Callable[[], Iterator[str]]] = {
    f"{2 * MOST:,} valid tokens in turn": valid,
    "unknown": unknown,
    "a real one's public id, another secret": wrong_secret,
    "revoked": revoked,
    "expired": expired,
    "malformed": malformed,
}

# --- Calls ---------------------------------------------------------------------------------------


def turn(texts: list[str], path: str = OURS.path) -> Turn:
    """Calls with these, one after the other, for ever."""
    environ = request_for(FLOOR, {"": ""}).environ
    environ["PATH_INFO"], following = f"/{path}", cycle(texts)

    def prepare() -> dict[str, Any]:
        text = next(following)
        return environ | ({"HTTP_AUTHORIZATION": text if path == ONE_QUERY.path else f"Bearer {text}"} if text else {})

    return prepare, call


def call(environ: dict[str, Any]) -> None:
    response = application(environ, lambda *_: bytes)
    b"".join(response)
    response.close()


def queries(one: Turn) -> int:
    """Of one call, while a lease holds."""
    prepare, act = one
    verified.found(verified.generation, began=time.clock_gettime(time.CLOCK_BOOTTIME))
    with CaptureQueriesContext(connection) as captured:
        act(prepare())
    return len(captured)


if __name__ == "__main__":
    sys.exit(main())
