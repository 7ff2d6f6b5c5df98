"""Who last changed an asset, on its page."""

from datetime import timedelta
from uuid import uuid4

import pytest

from accounts import audit
from accounts.activity import last_change
from accounts.actors import Actor
from catalog.models import Table
from catalog.rules.documentation import Documentation
from catalog.rules.knowledge import NewTerm
from catalog.rules.warehouse import NewTable
from catalog.services.documentation import update_dashboards_documentation, update_tables_documentation
from catalog.services.extraction import bring_in
from catalog.services.knowledge import create_term, delete_term
from catalog.services.tables import create_tables
from tests.catalog.factories import DashboardFactory
from tests.catalog.keeping import kept_schema, kept_table
from tests.factories import NOW

LATER = NOW + timedelta(hours=1)
TOKEN = Actor("cat_rw_••••abcd", door="graphql", token_id=uuid4())


@pytest.fixture
def told(signed_in, ada):
    """What the asset's page says of its last change to Ada, or to somebody else; nothing where it says nothing."""

    def read(asset, to=ada):
        page = signed_in(to).get(asset.get_absolute_url()).content.decode()
        return page.partition("<dt>Last changed</dt>")[2].partition("</div>")[0]

    return read


def documented(table, by, now=LATER):
    row: Documentation = {"id": str(table.pk), "description_markdown": "New"}
    update_tables_documentation(table.account, rows=[row], by=by, now=now)
    return table


def test_administrators_are_led_to_what_else_the_token_did(told, acme):
    said = told(documented(kept_table(acme), TOKEN))
    assert "24 Nov 2026, 13:00 UTC" in said
    assert f'<a href="/settings/activity/?token={TOKEN.token_id}"><bdi>{TOKEN.name}</bdi></a>' in said


def test_administrators_are_led_to_what_else_the_person_did(told, acme, carol):
    said = told(documented(kept_table(acme), Actor(carol.email, carol)))
    assert '<a href="/settings/activity/?who=carol%40acme.test"><bdi>carol@acme.test</bdi></a>' in said


def test_others_read_who_it_was_without_a_way_there(told, acme, carol):
    said = told(documented(kept_table(acme), TOKEN), to=carol)
    assert f"by <bdi>{TOKEN.name}</bdi>" in said
    assert "href" not in said


def test_dashboards_and_terms_say_it_too(told, acme):
    dashboard = DashboardFactory.create(source__account=acme)
    row: Documentation = {"id": str(dashboard.pk), "description_markdown": "New"}
    update_dashboards_documentation(acme, rows=[row], by=TOKEN, now=LATER)
    term = create_term(acme, row={"name": "Sale", "description": "New"}, by=TOKEN, now=LATER)
    assert TOKEN.name in told(dashboard)
    assert TOKEN.name in told(term)


def test_each_row_of_a_batch_of_five_hundred_is_known(told, acme):
    schema = str(kept_schema(acme).pk)
    rows: list[NewTable] = [
        {"schema_id": schema, "external_id": str(number), "name": f"t{number}"} for number in range(500)
    ]
    tables = create_tables(acme, rows=rows, by=TOKEN, now=LATER)
    assert TOKEN.name in told(tables[0])
    assert TOKEN.name in told(tables[-1])


def test_whatever_an_import_brought_is_known(told, acme):
    schema = kept_schema(acme)
    table = Table(schema=schema, external_id="1", name="orders")
    bring_in(acme, [table], by=None, now=LATER)
    assert "<bdi>system</bdi>" in told(table)


def test_a_term_that_moved_up_was_changed_by_who_deleted_its_parent(told, acme):
    parent = create_term(acme, row={"name": "Money", "description": "New"}, by=None, now=NOW)
    below: NewTerm = {"name": "Sale", "description": "New", "parent_term_id": str(parent.pk)}
    child = create_term(acme, row=below, by=None, now=NOW)
    delete_term(acme, row={"id": str(parent.pk)}, by=TOKEN, now=LATER)
    assert TOKEN.name in told(child)


def test_the_last_of_two_changes_counts_whenever_its_entry_was_written(told, acme):
    table = documented(kept_table(acme), TOKEN, now=LATER + timedelta(hours=1))
    documented(table, Actor("cat_rw_••••slow", token_id=uuid4()), now=LATER)
    assert "slow" in told(table)  # it read its clock first, and wrote last


@pytest.mark.parametrize("kind", ["table", "row"])
def test_another_account_s_entry_of_the_same_instant_is_never_shown(told, acme, umbrella, kind):
    table = kept_table(acme)
    audit.record("update_tables", kind=kind, ids=[table.pk], by=TOKEN, now=table.updated_at, account=umbrella)
    assert told(table) == ""


@pytest.mark.parametrize(("kind", "later"), [("table", 1), ("column", 0)])
def test_neither_another_instant_nor_another_kind_counts(told, acme, kind, later):
    table = kept_table(acme)
    at = table.updated_at + timedelta(microseconds=later)
    audit.record("update_tables", kind=kind, ids=[table.pk], by=TOKEN, now=at, account=acme)
    assert told(table) == ""


def test_of_two_actors_at_the_same_instant_neither_is_named(told, acme):
    table = documented(kept_table(acme), TOKEN)
    documented(kept_table(acme), Actor(TOKEN.name, door="graphql", token_id=uuid4()))
    assert told(table) == ""


def test_nothing_is_said_when_nobody_knows(told, acme):
    assert told(kept_table(acme)) == ""


def test_it_takes_one_query(acme, django_assert_num_queries):
    documented(kept_table(acme), TOKEN)
    with django_assert_num_queries(1):
        change = last_change(acme, "table", updated_at=LATER)
    assert change is not None
    assert (change.who, change.token_id, change.at) == (TOKEN.name, TOKEN.token_id, LATER)
