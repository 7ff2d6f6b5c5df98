"""Rows of the ledger for tests."""

from datetime import datetime, timedelta

from tests.factories import NOW
from tokens.doors import Door
from tokens.models import ApiToken, TokenUse

MINUTE = timedelta(minutes=1)


def use(
    token: ApiToken,
    client: str = "castor",
    *,
    at: datetime = NOW,
    calls: int = 1,
    door: Door = Door.REST,
    operation: str = "",
    reason: str = "",
    address: str | None = None,
) -> TokenUse:
    """A row of the token's ledger, as if the client had called at this instant."""
    seen = {"day": at.date(), "first_seen": at, "last_seen": at, "last_address": address}
    what = {"door": door, "operation": operation, "reason": reason}
    return TokenUse.objects.create(token=token, client=client, calls=calls, **what, **seen)


def by_mcp(token: ApiToken, client: str, tool: str, *, at: datetime, calls: int = 1, reason: str = "") -> TokenUse:
    """The same of an AI client that called a tool."""
    return use(token, client, door=Door.MCP, operation=tool, at=at, calls=calls, reason=reason)


def calls():
    return sum(TokenUse.objects.values_list("calls", flat=True))


def complaints(caplog):
    return [record.getMessage() for record in caplog.records if record.name == "tokens.ledger"]
