"""What bad tokens cost, and whether time tells which a bad one was.

A token whose public id nobody has and one with the public id of a real token and another secret must take equally long
and be answered by the same bytes, whatever has become of the real one.
"""

import statistics
from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import cycle
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.db import connection
from django.test import override_settings
from django.utils import timezone

from accounts.models import Account
from accounts.services import create_account, suspend_account
from api.rest.views import OwnTokenView
from bench.auth.rounds import Turn, measured, request_for
from bench.auth.views import FLOOR, ONE_QUERY, OURS
from bench.figures import called, queries, ratios, spread, verdict
from tokens import keys
from tokens.scopes import Scope
from tokens.services import generate_token, revoke_token

BOUND = 1.1  # a real one's public id ÷ nobody's, or the other way round
VIEW = OwnTokenView.as_view()

Texts = Sequence[str]


def report(public_id: str, rounds: int, calls: int) -> bool:
    """Print both tables; whether nothing tells a wrong secret from an unknown token.

    Warming up calls each of the bad tokens, whose first use the ledger writes down at once.
    """
    each = calls // 2  # bad tokens of a kind
    with override_settings(TOKEN_LEASE=0.0):  # nobody waits for a lease to run out
        known = {make.__name__: [make(new_account(make.__name__, n)) for n in range(each)] for make in KINDS}
    unknown = [keys.mint("READ_ONLY", settings.REGION).text for _ in range(each)]
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    wrong = {kind: list(map(with_other_secret, texts)) for kind, texts in known.items()}
    sent = {"unknown": unknown, "another secret": wrong["active"], "malformed": [text[:-1] for text in unknown]}
    sent |= {kind: known[kind] for kind in ("revoked", "expired")}
    report_costs(sent, public_id, rounds, calls)
    return report_differences({"unknown": unknown} | wrong, rounds, calls)


# --- Tokens --------------------------------------------------------------------------------------


def new_account(kind: str, number: int) -> Account:
    account, _ = create_account(f"{kind} {number}", admin_email=f"{kind}{number}@bad.test", by=None, now=timezone.now())
    return account


def active(account: Account, *, days_ago: int = 0, replaces: UUID | None = None) -> str:
    now = timezone.now() - timedelta(days=days_ago)
    return generate_token(account, scope=Scope.READ_ONLY, by=None, now=now, replaces=replaces).secret


def revoked(account: Account) -> str:
    text = active(account)
    revoke_token(account.tokens.get(), by=None, now=timezone.now())
    return text


def replaced(account: Account) -> str:
    text = active(account)
    active(account, replaces=account.tokens.get().pk)
    return text


def expired(account: Account) -> str:
    return active(account, days_ago=400)


def suspended(account: Account) -> str:
    text = active(account)
    suspend_account(account, by=None, now=timezone.now())
    return text


KINDS: tuple[Callable[[Account], str], ...] = (active, revoked, replaced, expired, suspended)


def with_other_secret(text: str) -> str:
    """The token's public id with another secret and the checksum that belongs to both."""
    known = keys.parse(text)
    body = f"{keys.prefix(known.scope, known.region)}{known.public_id}{keys.random_base62(keys.SECRET_LENGTH)}"
    return body + keys.checksum(body)


# --- What they cost ------------------------------------------------------------------------------


def report_costs(kinds: dict[str, list[str]], public_id: str, rounds: int, calls: int) -> None:
    turns = {kind: of_application(OURS.path, [f"Bearer {text}" for text in texts]) for kind, texts in kinds.items()}
    turns |= {FLOOR.name: of_application(FLOOR.path, [""]), ONE_QUERY.name: of_application(ONE_QUERY.path, [public_id])}
    found = measured(turns, rounds, calls)
    print(f"\nRefusals, the whole application, {connection.vendor}: median of {rounds} rounds")
    print("| call | ratio to no authentication | ratio to one indexed query | queries |\n|---|---|---|---|")
    for name, values in found.items():
        floor, query = (spread(ratios(values, found[other.name]), ".2f") for other in (FLOOR, ONE_QUERY))
        print(f"| {name} | {floor} | {query} | {queries(*turns[name])} |", flush=True)


def of_application(path: str, headers: Texts) -> Turn:
    """Calls with these, one after the other, for ever."""
    environ, following = request_for(path).environ, cycle(headers)

    def prepare() -> dict[str, Any]:
        return environ | ({"HTTP_AUTHORIZATION": text} if (text := next(following)) else {})

    return prepare, called


# --- What they tell ------------------------------------------------------------------------------


def report_differences(kinds: dict[str, list[str]], rounds: int, calls: int) -> bool:
    found = measured({kind: refused(texts) for kind, texts in kinds.items()}, rounds, calls)
    answers = {kind: set(map(answer, texts)) for kind, texts in kinds.items()}
    print("\nUnknown tokens, and wrong secrets of real ones that are …; the view with its door")
    print("| kind | µs a call | ratio to unknown | answer |\n|---|---|---|---|")
    for kind, values in found.items():
        same = "same" if answers[kind] == answers["unknown"] and len(answers[kind]) == 1 else "DIFFERENT"
        print(f"| {kind} | {spread(values, '.0f')} | {spread(ratios(values, found['unknown']), '.3f')} | {same} |")
    assert len(set().union(*answers.values())) == 1, "an answer tells more than unknown"
    middles = [statistics.median(ratios(values, found["unknown"])) for values in found.values()]
    return verdict("the farthest from unknown", max(max(ratio, 1 / ratio) for ratio in middles), at_most=BOUND)


def refused(texts: Texts) -> Turn:
    environ, following = request_for("api/v1/token").environ, cycle(texts)

    def prepare() -> WSGIRequest:
        return WSGIRequest(environ | {"HTTP_AUTHORIZATION": f"Bearer {next(following)}"})

    return prepare, lambda request: VIEW(request).render()


def answer(text: str) -> tuple[int, bytes, tuple[tuple[str, str], ...]]:
    """Status, body and headers."""
    response = VIEW(request_for("api/v1/token", f"Bearer {text}")).render()
    return response.status_code, response.content, tuple(sorted(response.items()))
