"""Live tokens, for calls through the door's own clock."""

import pytest
from django.utils import timezone

from tokens.scopes import Scope
from tokens.services import generate_token


@pytest.fixture
def reader(acme):
    """The value of Acme's Read only token."""
    return generate_token(acme, scope=Scope.READ_ONLY, by=None, now=timezone.now()).secret


@pytest.fixture
def writer(acme):
    """The value of Acme's Read & write token."""
    return generate_token(acme, scope=Scope.READ_WRITE, by=None, now=timezone.now()).secret


@pytest.fixture
def stranger(umbrella):
    """The value of Umbrella's Read & write token."""
    return generate_token(umbrella, scope=Scope.READ_WRITE, by=None, now=timezone.now()).secret
