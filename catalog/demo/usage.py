"""Queries of the warehouse, and what is counted from them: popularity and joins."""

import hashlib
import re
from collections import Counter
from datetime import timedelta

from catalog.choices import QueryType
from catalog.demo.draft import Draft, own_name
from catalog.demo.reading import Ran, read_queries
from catalog.models import ColumnJoin, SourceUser, Table, TableQuery
from catalog.models.rows import HIGHEST_POPULARITY

NAMED = re.compile(r"\b(?:FROM|JOIN|INTO|TABLE) (\w+\.\w+\.\w+)(?: AS (\w+))?")
JOINED = re.compile(r"\bON (\w+)\.(\w+) = (\w+)\.(\w+)")
APART = timedelta(hours=5)  # of two queries


def add_usage(draft: Draft) -> None:
    queries: Counter[str] = Counter()
    joins: Counter[tuple[str, str]] = Counter()
    for place, ran in enumerate(read_queries(), start=1):
        add_query(draft, ran, place)
        queries.update(dict.fromkeys(tables_of(ran.text), ran.times))
        joins.update(dict.fromkeys(joins_of(ran.text), ran.times))
    for path, times in queries.items():
        table: Table = draft.assets[path]
        table.number_of_queries, table.popularity = times, HIGHEST_POPULARITY * times // max(queries.values())
    for (first, second), times in joins.items():
        columns = {"first_column": draft.assets[first], "second_column": draft.assets[second]}
        draft.add(ColumnJoin(**columns, count=times))


def add_query(draft: Draft, ran: Ran, place: int) -> None:
    author: SourceUser = draft.source_users[f"Snowflake {ran.author}"]
    query = draft.add(
        TableQuery(
            hash=hashlib.sha256(ran.text.encode()).hexdigest(),
            query=ran.text,
            query_type=QueryType.SELECT if ran.text.startswith("SELECT") else QueryType.WRITE,
            author=author.email or author.name,
            source_user=author,
            timestamp=draft.now - place * APART,
            queries_duration=ran.seconds,
            rows_produced=ran.rows,
            snowflake_warehouse_size="Large" if ran.seconds > 10 else "X-Small",
        )
    )
    for path in tables_of(ran.text):
        table = draft.assets[path]
        table.last_queried_at = max(query.timestamp, table.last_queried_at or query.timestamp)
        draft.add(TableQuery.tables.through(tablequery=query, table=table))


def tables_of(text: str) -> set[str]:
    """Paths of the tables that a query reads or writes."""
    return {path for path, _ in NAMED.findall(text)}


def joins_of(text: str) -> set[tuple[str, str]]:
    """Pairs of the paths of columns that a query joins, each pair in the order of the alphabet."""
    aliases = {alias or own_name(path): path for path, alias in NAMED.findall(text)}
    pairs = set()
    for one, column, other, its_column in JOINED.findall(text):
        first, second = sorted((f"{aliases[one]}.{column}", f"{aliases[other]}.{its_column}"))
        pairs.add((first, second))
    return pairs
