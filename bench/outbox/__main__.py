"""How fast the outbox is sent over SMTP, beside a Celery task per email.

    python3 dev.py bench outbox [--emails N] [--rounds N] [--short]

Each variant sends the same emails to a mail server on this machine, a process of its own; in each round they take turns
in random order. Time counts from the first message that arrives to the last, so that nobody pays for starting or for
filling a queue. After each turn every email has to have arrived once, and every row to be `sent`.

Exits 1 when one sender of ours is not 4 times as fast as the task per email. --short starts no worker.
"""

import random
import statistics
import sys

import django

django.setup()

from django.conf import settings
from django.db import connection

from bench import figures
from bench.outbox import turns

BOUND = 1 / 4.0  # the task's emails a second ÷ ours
OURS, TASK = "ours", "a task per email"
HERE = {OURS: turns.all_due, f"{TASK}, without Celery": turns.one_by_one}
BY_WORKER = {TASK: turns.by_worker(0), f"{TASK}, CELERY_DB_REUSE_MAX": turns.by_worker(settings.CELERY_DB_REUSE_MAX)}


def main() -> int:
    options = figures.arguments(__doc__, {"emails": 5, "rounds": 1}, emails=400, rounds=5)
    variants: dict[str, turns.Send] = {**HERE, **({} if options.short else BY_WORKER)}
    found: dict[str, list[float]] = {name: [] for name in variants}
    asked = {}
    turns.owe(options.emails)
    with turns.mail_server() as server:
        for _ in range(options.rounds):
            for name in random.sample(list(variants), len(variants)):
                rate, asked[name] = turns.turn(server, variants[name])
                found[name].append(rate)
    print(f"\n{options.emails:,} emails over SMTP, {connection.vendor}: median of {options.rounds} rounds (quartiles)")
    print("| variant | emails a second | ratio to ours | queries an email |\n|---|---|---|---|")
    for name, rates in found.items():
        queries = f"{asked[name] / options.emails:.1f}" if name in HERE else "in the worker"
        beside = figures.spread(figures.ratios(rates, found[OURS]), ".2f")
        print(f"| {name} | {figures.spread(rates, '.0f')} | {beside} | {queries} |", flush=True)
    if options.short:
        return 0
    ratio = statistics.median(figures.ratios(found[TASK], found[OURS]))
    return 0 if figures.verdict("the task ÷ ours", ratio, at_most=BOUND) else 1


if __name__ == "__main__":
    sys.exit(main())
