"""What a site has in its tables that knew no index of the search."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from catalog.index.checking import differences
from catalog.models import SearchDue, Table
from catalog.queries.search import find
from catalog.tasks import index_what_is_due
from tests.catalog.factories import TermFactory, a_table

pytestmark = pytest.mark.django_db(transaction=True)


def migrate(*targets):
    MigrationExecutor(connection).migrate(list(targets))


@pytest.fixture
def update(db):
    """Back to where there was no index, and on to what is now."""
    last = MigrationExecutor(connection).loader.graph.leaf_nodes()  # of what stands on it, too

    def go_back_and_on():
        migrate(("catalog", "0005_role_of_a_field"))
        migrate(*last)

    yield go_back_and_on
    migrate(*last)


def test_what_was_there_is_found_without_anybodys_doing(update, acme, umbrella):
    a_table(acme, "lake.sales.orders")
    TermFactory.create(account=umbrella, name="Churn")
    update()
    assert set(SearchDue.objects.values_list("account", flat=True)) == {acme.pk, umbrella.pk}
    index_what_is_due()
    assert [hit.id for hit in find(acme, "order").items] == [Table.objects.get().pk]
    assert [*differences(acme), *differences(umbrella)] == []


def test_an_empty_site_has_nothing_to_do(update, acme):
    update()
    assert not SearchDue.objects.exists()
