"""A token with a life of its own, and calls with a token."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Account
from tests.factories import NOW
from tests.tokens.uses import MINUTE, by_mcp
from tokens import ledger
from tokens.doors import Door
from tokens.scopes import Scope
from tokens.services import generate_token


@pytest.fixture
def call(issued):
    """Records a call with the token: `call("castor", reason="expired")`."""

    def record(client="castor", *, door=Door.REST, address=None, now=NOW, operation="", reason="", token=issued.token):
        ledger.record(token, door=door, client=client, address=address, now=now, operation=operation, reason=reason)

    return record


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def live(acme, now):
    """Acme's active Read only token."""
    return generate_token(acme, scope=Scope.READ_ONLY, name="Claude", by=None, now=now - timedelta(days=10)).token


@pytest.fixture
def used(acme, live, now):
    """Acme with both switches on; two clients read, one of them writes."""
    Account.objects.filter(pk=acme.pk).update(mcp_access=True, mcp_writes=True)
    by_mcp(live, "claude-ai", "search_tables", at=now - 2 * MINUTE, calls=412)
    by_mcp(live, "claude-ai", "update_table_readme", at=now - 2 * MINUTE, calls=3)
    by_mcp(live, "Cursor", "get_tables", at=now - 3 * MINUTE)
    return acme
