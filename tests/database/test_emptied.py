"""Nothing of a test that commits is there for the next one."""

import pytest
from django.db import connection

from accounts.models import Generation
from tests.emptied import KEPT, empty

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="Django empties the tables of SQLite itself"),
]


def rows() -> dict[str, int]:
    """How many each table has."""
    with connection.cursor() as cursor:
        found = {}
        for table in connection.introspection.django_table_names(only_existing=True):
            cursor.execute(f'SELECT count(*) FROM "{table}"')  # noqa: S608  # a name from the catalog
            found[table] = cursor.fetchone()[0]
    return {table: number for table, number in found.items() if number}


def test_only_what_follows_from_the_models_is_left_and_the_generation_is_another(issued):
    before = Generation.objects.get().number
    assert {"tokens_apitoken", "tokens_tokenevent", "accounts_user"} < rows().keys()
    empty()
    assert rows().keys() == KEPT | {"accounts_generation"}
    assert Generation.objects.get().number != before
