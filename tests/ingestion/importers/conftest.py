import pytest

from catalog.choices import SourceTechnology, SourceType
from tests.catalog.factories import SourceFactory


@pytest.fixture(autouse=True)
def store_of_test(open_door):
    return open_door


@pytest.fixture
def bi(acme):
    return SourceFactory.create(
        account=acme, technology=SourceTechnology.GENERIC_VISUALIZATION, type=SourceType.VISUALIZATION, name="BI"
    )


@pytest.fixture
def checks(acme):
    return SourceFactory.create(account=acme, technology=SourceTechnology.SODA, type=SourceType.QUALITY, name="Checks")
