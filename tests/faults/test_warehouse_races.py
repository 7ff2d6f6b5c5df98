"""Programs that write one warehouse at the same instant, each on a connection of its own."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from accounts.errors import AccountError
from accounts.models import Account
from catalog.errors import CatalogError, InvalidInput
from catalog.models import Source, Table
from catalog.services.tables import create_tables, update_tables
from catalog.services.warehouse import create_source, path_of, update_databases
from tests.catalog.keeping import LATER, given, kept_schema
from tests.factories import NOW

pytestmark = pytest.mark.django_db(transaction=True)

PROGRAMS, TURNS = 4, 5


def at_once(*calls):
    """What each call returned, or our own error that it raised; all of them began together."""
    together = Barrier(len(calls))

    def call(service):
        try:
            together.wait()
            return service()
        except (AccountError, CatalogError) as fault:
            return fault
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(call, calls))


def table_in(schema, external_id):
    return {"schema_id": str(schema.pk), "external_id": external_id, "name": external_id}


def creates(schema, *external_ids):
    rows = [table_in(schema, external_id) for external_id in external_ids]
    return lambda: create_tables(schema.account, rows=rows, by=None, now=NOW)


def test_one_of_many_creates_the_source(acme: Account):
    said = at_once(*[lambda: create_source(acme, row={"name": "Lake"}, by=None, now=NOW)] * PROGRAMS)
    assert sorted(isinstance(answer, InvalidInput) for answer in said) == [False, *[True] * (PROGRAMS - 1)]
    assert Source.objects.get().name == "Lake"


def test_one_of_many_gets_an_external_id(acme: Account):
    schema = kept_schema(acme)
    said = at_once(*[creates(schema, f"own_{number}", "orders") for number in range(PROGRAMS)])
    assert sorted(isinstance(answer, InvalidInput) for answer in said) == [False, *[True] * (PROGRAMS - 1)]
    assert Table.objects.count() == 2


def test_paths_follow_the_names_that_others_give_meanwhile(acme: Account):
    schema = kept_schema(acme)
    [table] = creates(schema, "orders")()
    for turn in range(TURNS):
        at_once(
            lambda turn=turn: update_databases(
                acme, rows=[given(schema.database, name=f"lake_{turn}")], by=None, now=LATER
            ),
            lambda turn=turn: update_tables(acme, rows=[given(table, name=f"orders_{turn}")], by=None, now=LATER),
            creates(schema, f"new_{turn}"),
        )
    for stored in Table.objects.select_related("schema__database"):
        assert stored.path == path_of(stored.schema, stored.name)
