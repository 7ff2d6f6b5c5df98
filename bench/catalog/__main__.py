"""What the GraphQL door costs over a big catalog on PostgreSQL, beside a bare SQL read of the same rows.

    python3 dev.py bench catalog [--tables N] [--rounds N] [--short]

An account with --tables tables and ten times as many columns (`manage.py seed_catalog`). Each case is one call through
the WSGI application as shipped, and beside it the statements that read the same rows and nothing else, with psycopg on
the same connection. They take turns in random order, and a ratio is one of the same round. Queries are counted with a
page of 5 and one of 500, and what is searched by a part of a text is explained.

Exits 1 when the number of queries grows with the page, or a search reads a whole table.
"""

import os
import random
import sys
import time
from dataclasses import dataclass
from typing import Any

import django

os.environ |= {"TOKEN_LEASE_MS": "10000"}  # a lease that ends in between would ask for the token once more
django.setup()

from django.db import connection
from django.test import Client

from accounts.models import Account
from bench import figures, filling
from bench.catalog.reads import RARE, Read, reads
from catalog.models import Column, Table

FEW, MANY = 5, 500  # rows of a page


def main() -> int:
    options = figures.arguments(__doc__, {"tables": 20, "rounds": 1}, tables=100_000, rounds=15)
    if connection.vendor != "postgresql":
        sys.exit("bench catalog compares with statements of PostgreSQL's: leave --database=sqlite out.")
    account, secret = filling.fill_catalog(options.tables)
    tables = [str(pk) for pk in Table.objects.visible_to(account).order_by("pk").values_list("pk", flat=True)[:50]]
    found = {name: measure(read, account, secret, options.rounds) for name, read in reads(tables).items()}
    print(f"\n{Table.objects.count():,} tables, {Column.objects.count():,} columns, PostgreSQL, pages of {MANY}:")
    print(f"medians of {options.rounds} rounds (quartiles)")
    print("| call | ms | bare SQL, ms | ratio | queries | rows |\n|---|---|---|---|---|---|")
    for name, result in found.items():
        print(f"| {name} | {' | '.join(result.cells())} |")
    constant = all(result.constant for result in found.values())
    return 0 if constant and (searches_use_an_index(account) or options.short) else 1


@dataclass
class Result:
    ours: list[float]
    bare: list[float]
    queries: tuple[int, int]  # with a short page, with a long one
    rows: int

    @property
    def constant(self) -> bool:
        return self.queries[0] == self.queries[1]

    def cells(self) -> list[str]:
        queries = str(self.queries[1]) if self.constant else f"GROWS: {self.queries}"
        milliseconds = [figures.spread([1000 * value for value in values], ".1f") for values in (self.ours, self.bare)]
        return [*milliseconds, figures.spread(figures.ratios(self.ours, self.bare), ".1f"), queries, str(self.rows)]


def measure(read: Read, account: Account, secret: str, rounds: int) -> Result:
    client = Client(SERVER_NAME="localhost", headers={"Authorization": f"Token {secret}"})

    def ours(rows: int) -> int:
        body = {"query": read.document, "variables": read.variables | {"n": rows}}
        answer = client.post("/public/graphql", body, "application/json").json()
        assert "errors" not in answer, answer
        (found,) = answer["data"].values()
        return len(found["data"])

    def bare(rows: int) -> int:
        given: dict[str, Any] = {"account": account.pk, "n": rows, "like": f"%{RARE}%"} | read.variables
        with connection.cursor() as cursor:
            lengths = []
            for statement in read.statements:
                cursor.execute(statement, given)
                lengths.append(len(cursor.fetchall()))
        return lengths[0]

    queries = figures.queries(lambda: FEW, ours), figures.queries(lambda: MANY, ours)
    assert ours(MANY) == bare(MANY), read.document
    turns: dict[str, list[float]] = {"ours": [], "bare": []}
    for _ in range(rounds):
        for name, do in random.sample([("ours", ours), ("bare", bare)], 2):
            began = time.perf_counter()
            do(MANY)
            turns[name].append(time.perf_counter() - began)
    return Result(turns["ours"], turns["bare"], queries, ours(MANY))


def searches_use_an_index(account: Account) -> bool:
    """Print how PostgreSQL finds a part of a path, of a table's and of a column's name."""
    plans = {
        "path of a table": Table.objects.visible_to(account).undeleted().unhidden().filter(path__icontains=RARE),
        "name of a table": Table.objects.visible_to(account).undeleted().unhidden().filter(name__icontains=RARE),
        "name of a column": Column.objects.visible_to(account).undeleted().unhidden().filter(name__icontains=RARE),
    }
    found = {what: rows.order_by("pk")[:MANY].explain() for what, rows in plans.items()}
    for what, plan in found.items():
        lines = [line.strip(" ->") for line in plan.splitlines() if "trigrams" in line or "Scan on catalog_" in line]
        print(f"\nPart of the {what}:\n    {'; '.join(lines)}")
    return all("trigrams" in plan for plan in found.values())


if __name__ == "__main__":
    sys.exit(main())
