"""A token that is active at this moment, for calls through the door's own clock."""

import pytest
from django.utils import timezone

from tokens.scopes import Scope
from tokens.services import generate_token


@pytest.fixture
def live(acme):
    """A token that is active at this moment, for calls through the door's own clock."""
    return generate_token(acme, scope=Scope.READ_ONLY, name="Claude", by=None, now=timezone.now())
