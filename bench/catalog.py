"""What the GraphQL door costs over a big catalog on PostgreSQL, beside a bare SQL read of the same rows.

    python3 dev.py bench catalog [--tables 100000] [--rounds 15]

An account with --tables tables and ten times as many columns (`manage.py seed_catalog`). Each case is one call through
the WSGI application as shipped, and beside it the statements that read the same rows and nothing else, with psycopg on
the same connection. They take turns in random order, and a ratio is one of the same round. Queries are counted with a
page of 5 and one of 500, and what is searched by a part of a text is explained.

Exits 1 when the number of queries grows with the page, or a search reads a whole table.
"""

import argparse
import os
import random
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import django

os.environ |= {"TOKEN_LEASE_MS": "10000"}  # a lease that ends in between would ask for the token once more
django.setup()

from django.core.management import call_command  # noqa: E402  # Django has to be set up first
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import Account  # noqa: E402
from bench._figures import ratios, spread  # noqa: E402
from bench._reads import RARE, Read, reads  # noqa: E402
from catalog.models import Column, Table  # noqa: E402
from tokens.scopes import Scope  # noqa: E402
from tokens.services import generate_token  # noqa: E402

FEW, MANY = 5, 500  # rows of a page


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tables", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    call_command("seed_catalog", tables=options.tables)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    account = Account.objects.get(slug="seed")
    secret = generate_token(account, scope=Scope.READ_ONLY, by=None, now=timezone.now()).secret
    tables = [str(pk) for pk in Table.objects.visible_to(account).order_by("pk").values_list("pk", flat=True)[:50]]
    found = {name: measure(read, account, secret, options.rounds) for name, read in reads(tables).items()}
    print(f"\n{Table.objects.count():,} tables, {Column.objects.count():,} columns, PostgreSQL, pages of {MANY}:")
    print(f"medians of {options.rounds} rounds (quartiles)")
    print("| call | ms | bare SQL, ms | ratio | queries | rows |\n|---|---|---|---|---|---|")
    for name, result in found.items():
        print(f"| {name} | {' | '.join(result.cells())} |")
    return 0 if all(result.constant for result in found.values()) and searches_use_an_index(account) else 1


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
        milliseconds = [spread([1000 * value for value in values], ".1f") for values in (self.ours, self.bare)]
        return [*milliseconds, spread(ratios(self.ours, self.bare), ".1f"), queries, str(self.rows)]


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

    queries = counted(lambda: ours(FEW)), counted(lambda: ours(MANY))
    assert ours(MANY) == bare(MANY), read.document
    turns: dict[str, list[float]] = {"ours": [], "bare": []}
    for _ in range(rounds):
        for name, do in random.sample([("ours", ours), ("bare", bare)], 2):
            began = time.perf_counter()
            do(MANY)
            turns[name].append(time.perf_counter() - began)
    return Result(turns["ours"], turns["bare"], queries, ours(MANY))


def counted(do: Callable[[], object]) -> int:
    do()  # the first sight of a token asks once more
    with CaptureQueriesContext(connection) as captured:
        do()
    return len(captured)


def searches_use_an_index(account: Account) -> bool:
    """Print how PostgreSQL finds a part of a path, of a table's and of a column's name."""
    plans = {
        "path of a table": Table.objects.visible_to(account).undeleted().unhidden().filter(path__icontains=RARE),
        "name of a table": Table.objects.visible_to(account).undeleted().unhidden().filter(name__icontains=RARE),
        "name of a column": Column.objects.visible_to(account).undeleted().unhidden().filter(name__icontains=RARE),
    }
    used = True
    for what, rows in plans.items():
        plan = rows.order_by("pk")[:MANY].explain()
        lines = [
            line.strip(" ->") for line in plan.splitlines() if "trigrams" in line or "Seq Scan on catalog_" in line
        ]
        print(f"\nPart of the {what}:\n    {'; '.join(lines)}")
        used = used and "trigrams" in plan
    return used


if __name__ == "__main__":
    sys.exit(main())
