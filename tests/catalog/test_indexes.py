"""On PostgreSQL the first page of an account's tables is read from an index, in its order."""

import pytest
from django.db import connection
from django.db.models import F

from catalog.models import Table

pytestmark = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite sorts the rows.")


POPULAR = F("popularity").desc(nulls_last=True)


@pytest.mark.parametrize(
    ("order", "index"),
    [(POPULAR, "catalog_table_by_popularity"), (F("name").asc(), "catalog_table_by_name")],
    ids=["popularity", "name"],
)
def test_tables_come_in_the_order_of_an_index(acme, order, index):
    with connection.cursor() as cursor:
        for cheaper in ("seqscan", "bitmapscan", "sort", "incremental_sort"):  # for few rows
            cursor.execute(f"SET LOCAL enable_{cheaper} = off")
    plan = Table.objects.visible_to(acme).order_by(order, "id")[:500].explain()
    assert index in plan
    assert "Sort" not in plan
