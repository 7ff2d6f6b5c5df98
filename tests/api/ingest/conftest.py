import pytest

from catalog.choices import SourceTechnology, SourceType
from tests.catalog.factories import SourceFactory
from tests.ingestion.uploading import open_door, warehouse, writer  # noqa: F401


@pytest.fixture(autouse=True)
def store_of_test(open_door):  # noqa: F811
    return open_door


@pytest.fixture
def dbt(acme):
    return SourceFactory.create(
        account=acme, technology=SourceTechnology.DBT, type=SourceType.TRANSFORMATION, name="Models"
    )
