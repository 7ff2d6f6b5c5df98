from datetime import timedelta

import pytest

from catalog import metrics
from catalog.index.catching_up import index_account
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def test_what_waits_to_be_indexed_is_counted_without_naming_anybody(client, settings, acme):
    index_account(acme, now=NOW)
    said = metrics.exposition(NOW + timedelta(seconds=90)).decode()
    assert 'catalog_search_due{what="newer"} 1.0' in said
    assert 'catalog_search_due{what="place"} 0.0' in said
    assert "catalog_search_due_oldest_seconds 90.0" in said
    assert "acme" not in said.lower()
    settings.METRICS_TOKEN = "prometheus"
    page = client.get("/metrics", headers={"Authorization": "Bearer prometheus"}).content.decode()
    assert 'catalog_search_due{what="counts"} 1.0' in page


def test_nothing_waits_where_all_is_indexed(acme):
    assert "catalog_search_due_oldest_seconds 0.0" in metrics.exposition(NOW).decode()
