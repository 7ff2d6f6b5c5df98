from datetime import timedelta

import pytest

from catalog.index.catching_up import index_account
from catalog.metrics import Search
from notifications.metrics import exposition
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def said(now):
    return exposition(now, Search(now)).decode()


def test_what_waits_to_be_indexed_is_counted_without_naming_anybody(client, settings, acme):
    index_account(acme, now=NOW)
    text = said(NOW + timedelta(seconds=90))
    assert 'search_due{what="newer"} 1.0' in text
    assert 'search_due{what="place"} 0.0' in text
    assert "search_due_oldest_seconds 90.0" in text
    assert "acme" not in text.lower()


def test_nothing_waits_where_all_is_indexed(acme):
    assert "search_due_oldest_seconds 0.0" in said(NOW)


def test_prometheus_reads_it_where_it_reads_the_rest(client, settings, acme):
    index_account(acme, now=NOW)
    settings.METRICS_TOKEN = "prometheus"
    page = client.get("/metrics", headers={"Authorization": "Bearer prometheus"}).content.decode()
    assert 'search_due{what="counts"} 1.0' in page
