"""What the MCP door costs: calls a second beside the REST API's, and answers from a big catalog.

    python3 dev.py bench mcp [--tables N] [--calls N] [--rounds N] [--short]

Throughput: gunicorn as it is shipped, but one process with 4 threads, and 4 clients that keep their connections.
`ping`, `tools/list` and `GET /api/v1/token` take turns in random order, --calls calls a client and round, and a ratio
is one of the same round.

Answers: an account with --tables tables and ten times as many columns (`manage.py seed_catalog`). Each call goes
--rounds times through the WSGI application as shipped, in random order with the others. Queries are counted beside the
look-up of the token. Characters and tokens (o200k) are those of the text that a model reads.

Exits 1 when a ping takes longer than `GET /api/v1/token`, or `tools/list` more than 1.5 times as long as a ping; when a
tool refuses, its answer is longer than 40,000 characters, or a search or a walk of known length asks too often.
"""

import http.client
import json
import random
import statistics
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import django

django.setup()

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Account
from api.mcp.answers import MAX_CHARACTERS
from bench import figures, filling
from bench.mcp.answers import Case, cases, size
from bench.serving import server
from catalog.models import Column, Table
from tokens.scopes import Scope
from tokens.services import generate_token

CLIENTS = 4
PING, LIST, TOKEN = KINDS = ("ping", "tools/list", "GET /api/v1/token")
NOT_COUNTED = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
LOOK_UP = "tokens_apitoken"

Ask = Callable[..., Any]  # `asked` with a token


def main() -> int:
    short = {"tables": 20, "calls": 2, "rounds": 1}
    options = figures.arguments(__doc__, short, tables=100_000, calls=200, rounds=15)
    account, secret = filling.fill_catalog(options.tables)
    Account.objects.filter(pk=account.pk).update(mcp_access=True, mcp_writes=True)
    writer = generate_token(account, scope=Scope.READ_WRITE, by=None, now=timezone.now()).secret
    kept = throughput(secret, options.calls, options.rounds)
    tell_definitions({"Read only": secret, "Read & write": writer})
    kept &= answers(partial(asked, secret), cases(account, options.tables), options.rounds)
    return 0 if kept or options.short else 1


def message(method: str, params: dict[str, Any]) -> str:
    return json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})


# --- Throughput ------------------------------------------------------------------------------------


def throughput(secret: str, calls: int, rounds: int) -> bool:
    """Print it; whether both bounds were kept."""
    spent: dict[str, list[float]] = {kind: [] for kind in KINDS}
    with server(processes=1) as port:
        for kind in KINDS:
            round_of(port, kind, secret, calls)  # warms up
        for _ in range(rounds):
            for kind in random.sample(KINDS, len(KINDS)):
                spent[kind].append(round_of(port, kind, secret, calls))
    print(f"\n{connection.vendor}; one process, 4 threads, {CLIENTS} clients; medians of {rounds} rounds (quartiles)")
    print("| call | calls a second | time ÷ a ping's |\n|---|---|---|")
    for kind, values in spent.items():
        ratio = figures.spread(figures.ratios(values, spent[PING]), ".2f")
        print(f"| `{kind}` | {figures.spread([1 / value for value in values], '.0f')} | {ratio} |", flush=True)
    kept = True
    for one, other, bound in ((PING, TOKEN, 1), (LIST, PING, 1.5)):
        times = statistics.median(figures.ratios(spent[one], spent[other]))
        kept &= figures.verdict(f"time of `{one}` ÷ `{other}`", times, at_most=bound)
    return kept


def round_of(port: int, kind: str, secret: str, calls: int) -> float:
    """Seconds from one call to the next, while all clients make so many each."""
    begun = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as clients:
        for one in [clients.submit(call, port, kind, secret, calls) for _ in range(CLIENTS)]:
            one.result()
    return (time.perf_counter() - begun) / (CLIENTS * calls)


def call(port: int, kind: str, secret: str, calls: int) -> None:
    """What one client does, over one connection."""
    line = ("GET", "/api/v1/token", "") if kind == TOKEN else ("POST", "/mcp/server", message(kind, {}))
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for _ in range(calls):
        client.request(*line, headers=headers)
        answer = client.getresponse()
        answer.read()
        assert answer.status == 200, (kind, answer.status)
    client.close()


# --- Answers ---------------------------------------------------------------------------------------


def asked(secret: str, method: str, **params: Any) -> Any:
    """The result of a call in this process."""
    client = Client(SERVER_NAME="localhost", headers={"Authorization": f"Bearer {secret}"})
    return client.post("/mcp/server", message(method, params), "application/json").json()["result"]


def tell_definitions(secrets: dict[str, str]) -> None:
    """Print how long `tools/list` is: all of it, and what clients show to a model."""
    print("\nWhat `tools/list` answers\n| token | what | characters | tokens |\n|---|---|---|---|")
    for scope, secret in secrets.items():
        tools = asked(secret, LIST)["tools"]
        shown = [{key: tool[key] for key in ("name", "description", "inputSchema")} for tool in tools]
        for what, value in {"all": tools, "name, description, inputSchema": shown}.items():
            print(f"| {scope} | {what} | {size(json.dumps(value, ensure_ascii=False, separators=(',', ':')))} |")


def answers(ask: Ask, known: dict[str, Case], rounds: int) -> bool:
    """Print how long each call takes and its answer is; whether all keep what they promise."""
    spent: dict[str, list[float]] = {name: [] for name in known}
    asks = {name: partial(ask, "tools/call", name=case.tool, arguments=case.arguments) for name, case in known.items()}
    counted = {name: queries(one) for name, one in asks.items()}  # warms up
    for _ in range(rounds):
        for name in random.sample(list(asks), len(asks)):
            begun = time.perf_counter()
            asks[name]()
            spent[name].append(1000 * (time.perf_counter() - begun))
    print(f"\n{Table.objects.count():,} tables, {Column.objects.count():,} columns; medians of {rounds} rounds")
    print("| call | ms (quartiles) | queries | characters | tokens | items |\n|---|---|---|---|---|---|")
    kept = True
    for name, case in known.items():
        result = asks[name]()
        text = result["content"][0]["text"]
        assert not result["isError"], (name, text)
        held = len(text) <= MAX_CHARACTERS and counted[name] <= (case.queries or counted[name])
        kept &= held
        told = part_of(json.loads(text)) + ("" if held else ", BROKEN")
        print(f"| {name} | {figures.spread(spent[name], '.0f')} | {counted[name]} | {size(text)} | {told} |")
    return kept


def queries(ask: Ask) -> int:
    """Of one call, beside those of transactions and of the token, whose text Django does not know on PostgreSQL."""
    ask()
    with CaptureQueriesContext(connection) as captured:
        ask()
    texts = [query["sql"] or LOOK_UP for query in captured]
    return sum(LOOK_UP not in text and not text.startswith(NOT_COUNTED) for text in texts)


def part_of(answer: dict[str, Any]) -> str:
    """How much of what there is the answer holds."""
    whole = f" of {answer['total']:,}" + (" or more" if "total_capped" in answer else "") if "total" in answer else ""
    return f"{answer['returned']:,}{whole}{'' if answer.get('complete', True) else ', incomplete'}"


if __name__ == "__main__":
    sys.exit(main())
