"""Can strangers stop the site? The answers that others get while some post what used to cost seconds of CPU each.

    python3 dev.py bench attack [--seconds N] [--clients N] [--rounds N] [--short]

gunicorn as it is shipped, 2 processes. Every 50 ms somebody calls `/healthz`, and a program `GET /api/v1/token` with a
good token. Rounds take turns, in random order:

- attack: --clients strangers post 100 kB of multipart in punycode to the sign-in page, with a cookie that the check of
  CSRF takes for its own. Each waits for its answer and pauses for 100 ms, for they share the machine with the server;
- harmless: as many, at the same pace, post 100 kB of JSON without a token to the API, which is refused unread;
- idle: nobody else.

--seconds is for all rounds of a kind together. Exits 1 when an address takes more than 1.5 times as long in attacks as
in harmless rounds (medians of a round, median of the ratios), or when a stranger meets a server error.
"""

import http.client
import random
import statistics
import subprocess
import sys
import time
from collections import Counter

import django

django.setup()

from django.utils import timezone

from accounts.services import create_account
from bench import figures
from bench.figures import ratios, spread
from bench.serving import server
from devtools.environment import ROOT
from tokens.scopes import Scope
from tokens.services import generate_token

BOUND = 1.5
EVERY = 0.05  # seconds from one call of an address to the next
ADDRESSES = ("/healthz", "/api/v1/token")
KINDS = ("idle", "harmless", "attack")

Round = dict[str, float]  # milliseconds by address, the median of the calls


def main() -> int:
    short = {"seconds": 1, "clients": 2, "rounds": 2}
    options = figures.arguments(__doc__, short, seconds=60, clients=16, rounds=6)
    found: dict[str, list[Round]] = {kind: [] for kind in KINDS}
    statuses: dict[str, Counter[str]] = {kind: Counter() for kind in KINDS}
    now = timezone.now()
    account, _ = create_account("Attacked", admin_email="ada@attacked.test", by=None, now=now)
    authorization = f"Bearer {generate_token(account, scope=Scope.READ_ONLY, by=None, now=now).secret}"
    with server(processes=1 if options.short else 2) as port:
        measured(port, "idle", options.clients, min(1, options.seconds / options.rounds), authorization)  # warms up
        for _ in range(options.rounds):
            for kind in random.sample(KINDS, len(KINDS)):
                seconds = options.seconds / options.rounds
                one, told = measured(port, kind, options.clients, seconds, authorization)
                found[kind].append(one)
                statuses[kind].update(told)
    code = report(found, statuses)
    return 0 if options.short else code


def measured(port: int, kind: str, clients: int, seconds: float, authorization: str) -> tuple[Round, Counter[str]]:
    """One round, and how often its strangers got each status; 0 is a connection that was closed while they sent."""
    words = [sys.executable, "-m", "bench.attack.strangers", str(port), kind, str(clients), str(seconds)]
    strangers = None if kind == "idle" else subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    spent: dict[str, list[float]] = {address: [] for address in ADDRESSES}
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        for address, values in spent.items():
            values.append(called(port, address, authorization))
        time.sleep(EVERY)
    said = [word.partition("=") for word in strangers.communicate()[0].split()] if strangers else []
    told = Counter({status: int(count) for status, _, count in said})
    return {address: statistics.median(values) for address, values in spent.items()}, told


def called(port: int, address: str, authorization: str) -> float:
    """Milliseconds until the answer was there, over a new connection as the strangers'. Exits unless it is 200."""
    begun = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", address, headers={"Authorization": authorization})
    status = connection.getresponse().status
    connection.close()
    if status != 200:
        sys.exit(f"{address} answered {status}")
    return (time.perf_counter() - begun) * 1000


def report(found: dict[str, list[Round]], statuses: dict[str, Counter[str]]) -> int:
    print("| address | others | ms, median (quartiles) of the rounds | ratio to harmless | ratio to idle |")
    print("|---|---|---|---|---|")
    worst = 0.0
    for address in ADDRESSES:
        idle, harmless, attack = ([one[address] for one in found[kind]] for kind in KINDS)
        for kind, values in zip(KINDS, (idle, harmless, attack), strict=True):
            cells = [
                spread(values, ".2f"),
                spread(ratios(values, harmless), ".2f"),
                spread(ratios(values, idle), ".2f"),
            ]
            print(f"| `{address}` | {kind} | {' | '.join(cells)} |")
        worst = max(worst, statistics.median(ratios(attack, harmless)))
    for kind in KINDS[1:]:
        print(f"\nStatuses of the {kind} requests: {dict(statuses[kind])}")
    return int(worst > BOUND or any(status.startswith("5") for told in statuses.values() for status in told))


if __name__ == "__main__":
    sys.exit(main())
