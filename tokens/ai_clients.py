"""AI clients, which call by MCP: the tools that each called, from what the ledger keeps (usage.py)."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet

from accounts.models import Account
from tokens import usage
from tokens.doors import MCP_WRITES, Door
from tokens.models import ApiToken, TokenUse, TokenUseQuerySet
from tokens.usage import OperationUse

MAX_CLIENTS_NAMED = 200  # that stop; as many clients of a token the ledger tells apart in a day
TOOLS_NAMED = 5  # of one client, those with the most calls
NO_TOOLS = frozenset({"", "initialize", "tools/list", "other"})  # operations of the door that call none


@dataclass(frozen=True, slots=True)
class AiClient:
    """What one client did by MCP. `name` is "" for one that says nothing usable of itself.

    `calls` that were let in and calls that were `refused` count those of no tool, too; `tools` are those with the most
    calls first.
    """

    name: str
    tools: list[OperationUse]
    tokens: list[UUID]
    calls: int
    refused: int
    last_seen: datetime

    @property
    def most_called(self) -> list[OperationUse]:
        return self.tools[:TOOLS_NAMED]

    @property
    def others(self) -> int:
        """How many tools there are beside `most_called`."""
        return max(0, len(self.tools) - TOOLS_NAMED)

    @property
    def writes(self) -> int:
        """Calls that were let in, of tools that write."""
        return sum(tool.calls for tool in self.tools if tool.operation in MCP_WRITES)


@dataclass(frozen=True, slots=True)
class Stopping:
    """Who stops when a token ends: AI clients, `others`, and how many there are of both, also beyond what is named."""

    ai_clients: list[AiClient]
    others: list[usage.Integration]
    count: int


def recent(account: Account, *, now: datetime) -> TokenUseQuerySet:
    """The account's calls by MCP of the last 30 days."""
    return usage.recent(account, now=now, door=Door.MCP)


def writing(uses: TokenUseQuerySet) -> TokenUseQuerySet:
    """Those of tools that write."""
    return uses.filter(operation__in=MCP_WRITES)


def ai_clients(uses: TokenUseQuerySet, *, limit: int) -> list[AiClient]:
    """The clients of which these rows are, those seen last first; `limit` of them at the most. Two queries."""
    of_mcp = uses.filter(door=Door.MCP)
    names = [row["client"] for row in usage.grouped(of_mcp, "client").order_by("-last_seen", "client")[:limit]]
    rows = by_client_and_tool(of_mcp.filter(client__in=names)) if names else []
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    for row in rows:
        found[row["client"]].append(row)
    return [read_client(name, rows) for name, rows in found.items() if rows]


def by_client_and_tool(uses: TokenUseQuerySet) -> QuerySet[TokenUse, dict[str, Any]]:
    """A row for each client, operation and token: `calls` that were let in, `failures`, first and last seen."""
    rows = usage.grouped(uses, "client", "operation", "token_id", **usage.OUTCOMES)
    return rows.order_by("client", "operation", "token_id")


def read_client(name: str, rows: list[dict[str, Any]]) -> AiClient:
    by_tool = defaultdict(list)
    for row in rows:
        if row["operation"] not in NO_TOOLS:
            by_tool[row["operation"]].append(row)
    tools = [OperationUse(tool, *summed(of_tool)) for tool, of_tool in by_tool.items()]
    tools.sort(key=lambda tool: (-tool.calls, -tool.failures, tool.operation))
    return AiClient(name, tools, sorted({row["token_id"] for row in rows}), *summed(rows))


def summed(rows: list[dict[str, Any]]) -> tuple[int, int, datetime]:
    """Calls, failures and the last time of several rows."""
    calls, failures = (sum(row[outcome] for row in rows) for outcome in ("calls", "failures"))
    return calls, failures, max(row["last_seen"] for row in rows)


def count_ai_clients(uses: TokenUseQuerySet) -> int:
    counted: int = uses.filter(door=Door.MCP).aggregate(clients=Count("client", distinct=True))["clients"]
    return counted


def who_stops(token: ApiToken, *, now: datetime) -> Stopping:
    """Whom the token let in during the last 30 days, the latest first. Three queries at most."""
    integrations = usage.who_stops(token, now=now)
    others = [one for one in integrations if one.door != Door.MCP]
    uses = token.uses.since(usage.first_day(now)).answered()
    named = ai_clients(uses, limit=MAX_CLIENTS_NAMED) if len(others) < len(integrations) else []
    return Stopping(named, others, len(integrations))
