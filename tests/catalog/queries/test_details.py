"""What is known of dashboards and terms."""

import pytest

from accounts.models import Team
from catalog.models.assets import AssetKind
from catalog.queries import details
from catalog.queries.details import Owner, dashboards_in_detail, terms_in_detail
from catalog.queries.finding import find_assets
from catalog.rules.versions import version_of
from tests.catalog.factories import (
    ColumnFactory,
    DashboardFactory,
    DashboardFieldFactory,
    TagFactory,
    TermFactory,
    a_table,
    owned,
    stored,
    tagged,
)
from tests.factories import NOW


def read(account, kind, rows):
    """The rows as they are found by their ids."""
    return list(find_assets(account, kind, [str(row.pk) for row in rows]).rows.values())


@pytest.fixture
def board(acme):
    return DashboardFactory.create(source__account=acme, name="Sales", description_raw="# Sales")


def test_a_dashboard_is_told_with_its_text_tags_and_owners(acme, carol, board):
    tagged(board, TagFactory.create(account=acme, label="PII"))
    tagged(board, TagFactory.create(account=acme, label="Finance"))
    owned(board, carol)
    owned(board, Team.objects.create(**stored(acme), name="A team"))
    [told] = dashboards_in_detail(acme, read(acme, AssetKind.DASHBOARD, [board]))
    assert (told.asset, told.reference.path) == (board, "Company/Sales/Sales")
    assert (told.readme, told.version) == ("# Sales", version_of("# Sales"))
    assert told.tags == ["Finance", "PII"]
    assert told.owners == sorted([Owner("A team", ""), Owner(carol.full_name, carol.email)])
    assert told.fields == []


def test_what_nobody_said_of_an_asset_is_empty(acme):
    board = DashboardFactory.create(source__account=acme)
    [told] = dashboards_in_detail(acme, [board], include=["fields"])
    assert (told.readme, told.version, told.tags, told.owners, told.fields) == ("", "", [], [], [])


def test_the_first_fields_of_each_dashboard_are_told(acme, board, monkeypatch):
    monkeypatch.setattr(details, "MAX_FIELDS", 2)
    other = DashboardFactory.create(source__account=acme)
    for dashboard in (board, other):
        for name in ("c", "a", "b"):
            DashboardFieldFactory.create(dashboard=dashboard, name=name)
    DashboardFieldFactory.create(dashboard=board, name="0", deleted_at=NOW)
    told = dashboards_in_detail(acme, [other, board], include=["fields"])
    assert [one.asset for one in told] == [other, board]
    assert [[field.name for field in one.fields] for one in told] == [["a", "b"], ["a", "b"]]


@pytest.fixture
def term(acme):
    term = TermFactory.create(account=acme, name="Churn")
    TagFactory.create(account=acme, label="churn", linked_term=term)
    return term


def test_a_term_is_told_with_its_tag_and_what_lies_below(acme, term, monkeypatch):
    monkeypatch.setattr(details, "MAX_CHILDREN", 2)
    for name in ("c", "a", "b"):
        TermFactory.create(parent_term=term, name=name)
    TermFactory.create(parent_term=term, name="0", deleted_at=NOW)
    [told] = terms_in_detail(acme, [term], include=["children"])
    assert (told.linked_tag, [child.path for child in told.children]) == ("churn", ["Churn/a", "Churn/b"])
    assert told.assets == []


def test_the_first_assets_that_carry_a_terms_tag_are_told(acme, term, monkeypatch):
    monkeypatch.setattr(details, "MAX_TAGGED", 3)
    gone, table = a_table(acme, "lake.raw.gone", deleted_at=NOW), a_table(acme)
    column = ColumnFactory.create(table=table, name="amount")
    for asset in (gone, table, column, TermFactory.create(account=acme, name="Loss"), a_table(acme, "lake.raw.last")):
        tagged(asset, term.linked_tag)
    other = TermFactory.create(account=acme)
    told = terms_in_detail(acme, [other, term], include=["assets"])
    assert [[asset.path for asset in one.assets] for one in told] == [
        [],
        ["warehouse.public.orders", "warehouse.public.orders.amount", "Loss"],
    ]


@pytest.mark.parametrize("size", [1, 20])
def test_many_cost_as_many_queries_as_one(acme, size, django_assert_num_queries):
    boards = DashboardFactory.create_batch(size, source__account=acme)
    terms = TermFactory.create_batch(size, account=acme)
    for term in terms:
        tag = TagFactory.create(account=acme, linked_term=term)
        tagged(term, tag)
        tagged(boards[0], tag)
        TermFactory.create(parent_term=term)
    DashboardFieldFactory.create(dashboard=boards[0])
    with django_assert_num_queries(4):  # the dashboards, tags, owners, fields
        dashboards_in_detail(acme, read(acme, AssetKind.DASHBOARD, boards), include=["fields"])
    with django_assert_num_queries(6):  # the terms, tags, owners, linked tags, children, what carries the tags
        terms_in_detail(acme, read(acme, AssetKind.TERM, terms), include=["children", "assets"])
