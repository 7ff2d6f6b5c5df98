import pytest

from catalog.errors import NotFound
from catalog.ids import uuid7
from catalog.models import PinnedAsset
from catalog.services.knowledge import remove_pinned_assets, upsert_pinned_assets
from tests.catalog.factories import ColumnFactory, DashboardFactory, DashboardFieldFactory, TermFactory, kind
from tests.factories import NOW


@pytest.fixture
def assets(acme):
    """One of each kind."""
    column = ColumnFactory.create(table__schema__database__source__account=acme)
    field = DashboardFieldFactory.create(dashboard__source__account=acme)
    return [column, column.table, field, field.dashboard, TermFactory.create(account=acme)]


def target(asset):
    return {"type": kind(asset).upper(), "id": str(asset.pk)}


def pin(one, other):
    return {"from": target(one), "to": target(other)}


def test_every_kind_is_pinned_to_tables_dashboards_and_terms(acme, assets):
    pages = [asset for asset in assets if kind(asset) in {"table", "dashboard", "term"}]
    pairs = [(page, asset) for page in pages for asset in assets]
    pins = upsert_pinned_assets(acme, rows=[pin(*pair) for pair in pairs], by=None, now=NOW)
    for (page, asset), made in zip(pairs, pins, strict=True):
        assert getattr(made, f"from_{kind(page)}_id") == page.pk
        assert getattr(made, f"to_{kind(asset)}_id") == asset.pk


def test_what_is_pinned_stays_as_it_is(acme, assets):
    row = pin(assets[1], assets[0])
    (first,) = upsert_pinned_assets(acme, rows=[row], by=None, now=NOW)
    again = upsert_pinned_assets(acme, rows=[row, row], by=None, now=NOW.replace(year=2027))
    assert again == [first, first]
    assert PinnedAsset.objects.get().updated_at == NOW


def test_unpinning_may_be_repeated_and_takes_nothing_else(acme, assets):
    upsert_pinned_assets(acme, rows=[pin(assets[1], assets[0]), pin(assets[1], assets[4])], by=None, now=NOW)
    for _ in range(2):
        remove_pinned_assets(acme, rows=[pin(assets[1], assets[0]), pin(assets[4], assets[1])], by=None, now=NOW)
    assert PinnedAsset.objects.get().to_term == assets[4]


@pytest.mark.parametrize("remove", [False, True])
def test_another_accounts_dashboard_is_as_unknown_as_one_that_never_was(acme, umbrella, assets, remove):
    theirs = DashboardFactory.create(source__account=umbrella)
    for unknown in (theirs.pk, uuid7()):
        rows = [pin(assets[1], assets[0]), {"from": target(assets[1]), "to": {"type": "DASHBOARD", "id": str(unknown)}}]
        with pytest.raises(NotFound, match=f"^Dashboard not found: {unknown}$"):
            remove_pinned_assets(acme, rows=rows, by=None, now=NOW) if remove else upsert_pinned_assets(
                acme, rows=rows, by=None, now=NOW
            )
    assert not PinnedAsset.objects.exists()


def test_five_hundred_pins_take_as_many_queries_as_a_few(acme, django_assert_max_num_queries):
    page = TermFactory.create(account=acme)
    rows = [pin(page, term) for term in TermFactory.create_batch(500, account=acme)]
    with django_assert_max_num_queries(40):  # SQLite takes 999 values in a statement
        upsert_pinned_assets(acme, rows=rows, by=None, now=NOW)
        remove_pinned_assets(acme, rows=rows[1:], by=None, now=NOW)
    assert PinnedAsset.objects.count() == 1
