"""Accounts that let AI clients in and write, and live tokens of theirs."""

import pytest
from django.utils import timezone

from accounts.models import Account
from api import throttling
from api.throttling import Counters, Throttle
from tokens.scopes import Scope
from tokens.services import generate_token


def switch(account: Account, *, access: bool = True, writes: bool = True) -> None:
    Account.objects.filter(pk=account.pk).update(mcp_access=access, mcp_writes=writes)


def value_of(account: Account, scope: Scope) -> str:
    return generate_token(account, scope=scope, by=None, now=timezone.now()).secret


@pytest.fixture(autouse=True)
def counting_by_itself(settings, monkeypatch):
    """Counters and buckets of this test, with time for a busy machine."""
    settings.VALKEY_TIMEOUT = 5
    monkeypatch.setattr(throttling, "counters", Counters())
    monkeypatch.setattr(throttling, "writes_by_mcp", Throttle("mcp_writes"))


@pytest.fixture
def reader(acme):
    """The value of Acme's Read only token."""
    switch(acme)
    return value_of(acme, Scope.READ_ONLY)


@pytest.fixture
def writer(acme):
    """The value of Acme's Read & write token."""
    switch(acme)
    return value_of(acme, Scope.READ_WRITE)


@pytest.fixture
def stranger(umbrella):
    """The value of Umbrella's Read & write token."""
    switch(umbrella)
    return value_of(umbrella, Scope.READ_WRITE)
