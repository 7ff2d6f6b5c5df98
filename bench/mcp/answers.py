"""The calls whose answers `bench mcp` measures, and how long a text is for a model."""

from importlib.util import find_spec
from typing import Any, NamedTuple

from accounts.models import Account
from bench.catalog.reads import RARE
from catalog.models import Column, Table

ENCODING = None
if find_spec("bpe_openai"):  # .venv-bench has it; where the tests run nobody does
    from bpe_openai import get_encoding

    ENCODING = get_encoding("o200k_base")


class Case(NamedTuple):
    """A call of a tool, and how often it may ask the database: of a walk to the end that depends on its steps."""

    tool: str
    arguments: dict[str, Any]
    queries: int = 5


def size(text: str) -> str:
    """Characters and tokens, as cells of a table."""
    return f"{len(text):,} | {f'{len(ENCODING.encode(text)):,}' if ENCODING else '–'}"


def cases(account: Account, tables: int) -> dict[str, Case]:
    """By what they are called in the report. Most is made from the first tables of a thousand, and they from none."""
    own = Table.objects.visible_to(account)
    first, middle = (own.get(external_id=number) for number in (0, min(tables, 1_000) // 2))
    column = Column.objects.visible_to(account).filter(table=first).order_by("source_order")[0]
    twenty = [table.path for table in own.order_by("pk")[:20]]
    everything = ["columns", "joins", "quality", "queries"]
    below = {"under": "database_0", "tag": "seeded 1"}
    return {
        "search_tables, a word of every fifth": Case("search_tables", {"query": "fct"}),
        "search_tables, a word of few": Case("search_tables", {"query": RARE}),
        "search_tables, below a database and by tag": Case("search_tables", below),
        "search_columns, a name that each table has": Case("search_columns", {"query": "email"}),
        "search_columns, a name that one table has": Case("search_columns", {"query": f"t_{tables - 1}"}),
        "get_tables, 1": Case("get_tables", {"tables": twenty[:1]}, 16),
        "get_tables, 20 with everything": Case("get_tables", {"tables": twenty, "include": everything}, 16),
        "list_table_columns": Case("list_table_columns", {"table": first.path}),
        "get_lineage, 1 step": Case("get_lineage", {"asset": middle.path}, 3 + 2),
        "get_lineage, 5 steps": Case("get_lineage", {"asset": middle.path, "depth": 5, "limit": 200}, 3 + 2 * 5),
        "assess_impact of a table": Case("assess_impact", {"asset": first.path}, 0),
        "assess_impact of a column": Case("assess_impact", {"asset": f"{first.path}.{column.name}"}, 0),
    }
