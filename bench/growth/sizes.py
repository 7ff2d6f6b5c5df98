"""How much room tables and indexes take on PostgreSQL, for a row, and what that is with ten million tokens."""

import psycopg
from psycopg import sql

PAPER = 10_000_000  # tokens
FEW = 1_000  # rows; below it a table's size says nothing about a row
SIZES = """
SELECT relname, pg_table_size(oid), pg_indexes_size(oid) FROM pg_class
WHERE relkind = 'r' AND relname ~ '^(accounts|tokens|notifications)_' ORDER BY relname
"""


def report(url: str, tokens: int) -> None:
    """Print the table for a site with so many tokens; tables that do not grow with them are left out."""
    print(f"\nPostgreSQL, bytes for a row with {tokens:,} tokens, and computed for {PAPER:,}")
    print(f"| table | rows a token | table | indexes | both, a token | GB with {PAPER:,} tokens |")
    print("|---|---|---|---|---|---|")
    whole = 0
    with psycopg.connect(url) as connection:
        for name, table, indexes in connection.execute(SIZES).fetchall():
            counted = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name))).fetchone()
            if counted and (rows := counted[0]) >= FEW:
                whole += table + indexes
                cells = [f"{rows / tokens:.1f}", f"{table / rows:.0f}", f"{indexes / rows:.0f}"]
                print(f"| {name} | {' | '.join(cells)} | {gigabytes(table + indexes, tokens)} |")
    print(f"| all | | | | {gigabytes(whole, tokens)} |")


def gigabytes(size: int, tokens: int) -> str:
    return f"{size / tokens:.0f} | {size / tokens * PAPER / 1e9:.1f}"
