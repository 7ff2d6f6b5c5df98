import pytest

from accounts.models import User
from tests.factories import UserFactory


@pytest.fixture
def stella(acme):
    return UserFactory.create(email="stella@acme.test", account=acme, role=User.Role.STEWARD)
