import pytest

from accounts.models import User
from tests.factories import UserFactory


@pytest.fixture(autouse=True)
def store_of_test(open_door):
    return open_door


@pytest.fixture
def stella(acme):
    return UserFactory.create(email="stella@acme.test", account=acme, role=User.Role.STEWARD)
