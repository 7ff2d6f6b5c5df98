"""The ledger and the history as rows of a file."""

from collections.abc import Iterable, Iterator

from tokens.models import TokenEvent, TokenUse

USAGE = ("day", "integration", "through", "token", "reason", "calls", "first_seen", "last_seen", "last_address")
HISTORY = ("at", "event", "token", "scope", "name", "replaced", "by", "address", "client")


def usage_rows(uses: Iterable[TokenUse]) -> Iterator[Iterable[object]]:
    """A header, and a line for each row of the ledger; an empty reason is an answered call."""
    yield USAGE
    for use in uses:
        seen = (use.calls, use.first_seen, use.last_seen, use.last_address or "")
        yield use.day, use.client, use.door, use.token.mask, use.reason, *seen


def history_rows(events: Iterable[TokenEvent]) -> Iterator[Iterable[object]]:
    """A header, and a line for each event."""
    yield HISTORY
    for event in events:
        token, replaced = event.token, event.replaced
        done = (event.at, event.kind.lower(), token.mask, token.scope, token.name, replaced.mask if replaced else "")
        yield *done, event.actor_name, event.ip or "", event.client
