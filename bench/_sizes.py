"""How much room tables and indexes take on PostgreSQL, for a row, and what that is with ten million tokens."""

import psycopg

PAPER = 10_000_000  # tokens
APPS = ("accounts_", "tokens_", "notifications_")
FEW = 1_000  # rows; below it a table's size says nothing about a row

TABLES = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname LIKE %s ORDER BY relname"
SIZES = """
SELECT ''::text, pg_table_size(%(table)s::regclass) UNION ALL
SELECT indexrelid::regclass::text, pg_relation_size(indexrelid) FROM pg_index WHERE indrelid = %(table)s::regclass
ORDER BY 1
"""


def report(url: str, tokens: int) -> None:
    """Print the table for a site with so many tokens."""
    print(f"\nPostgreSQL, bytes for a row with {tokens:,} tokens, and computed for {PAPER:,}")
    print(f"| table | index | rows | bytes for a row | bytes for a token | GB with {PAPER:,} tokens |")
    print("|---|---|---|---|---|---|")
    whole = 0
    with psycopg.connect(url) as connection:
        for app in APPS:
            for (table,) in connection.execute(TABLES, [f"{app}%"]).fetchall():
                whole += report_table(connection, table, tokens)
    print(f"| all | | | | {whole / tokens:.0f} | {whole / tokens * PAPER / 1e9:.1f} |")


def report_table(connection: psycopg.Connection, table: str, tokens: int) -> int:
    """Print the table and its indexes; their bytes, 0 for a table that does not grow with tokens."""
    query = psycopg.sql.SQL("SELECT count(*) FROM {}").format(psycopg.sql.Identifier(table))
    (rows,) = connection.execute(query).fetchone() or (0,)
    if rows < FEW:
        return 0
    sizes = connection.execute(SIZES, {"table": table}).fetchall()
    for index, size in sizes:
        paper = size / tokens * PAPER / 1e9
        print(f"| {table} | {index} | {rows:,} | {size / rows:.0f} | {size / tokens:.0f} | {paper:.2f} |")
    return sum(size for _, size in sizes)
