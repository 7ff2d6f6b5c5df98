"""Assets by id, path and name."""

import pytest

from catalog.errors import AmbiguousReference, UnknownReference
from catalog.models.assets import AssetKind
from catalog.queries import finding
from catalog.queries.finding import find_asset, find_assets, find_tag
from catalog.queries.references import reference_to
from tests.catalog.factories import (
    ColumnFactory,
    DashboardFactory,
    DashboardFieldFactory,
    TagFactory,
    TermFactory,
    a_table,
)
from tests.factories import NOW

TABLE, COLUMN, DASHBOARD, TERM = AssetKind.TABLE, AssetKind.COLUMN, AssetKind.DASHBOARD, AssetKind.TERM


def a_dashboard(account, name="Sales", **values):
    return DashboardFactory.create(source__account=account, name=name, **values)


@pytest.fixture
def assets(acme):
    """One of each kind, a term below another."""
    table = a_table(acme)
    return {
        TABLE: table,
        COLUMN: ColumnFactory.create(table=table, name="customer_id"),
        DASHBOARD: a_dashboard(acme),
        TERM: TermFactory.create(name="Churn", parent_term=TermFactory.create(account=acme, name="Growth")),
        AssetKind.DASHBOARD_FIELD: DashboardFieldFactory.create(dashboard=a_dashboard(acme, "Costs"), name="amount"),
    }


PATHS = {
    TABLE: "warehouse.public.orders",
    COLUMN: "warehouse.public.orders.customer_id",
    DASHBOARD: "Company/Sales/Sales",
    TERM: "Growth/Churn",
    AssetKind.DASHBOARD_FIELD: "Costs/amount",
}


@pytest.mark.parametrize("kind", AssetKind)
def test_an_asset_is_found_by_its_id_and_by_the_path_that_references_show(acme, assets, kind):
    asset = assets[kind]
    assert reference_to(asset).path == PATHS[kind]
    for reference in (str(asset.pk), PATHS[kind]):
        assert find_assets(acme, kind, [reference]).rows == {reference: asset}


@pytest.mark.parametrize(("kind", "name"), [(DASHBOARD, "Sales"), (TERM, "Churn")])
def test_a_dashboard_and_a_term_are_found_by_a_name_that_is_unique(acme, assets, kind, name):
    assert find_asset(acme, [kind], name) == assets[kind]


@pytest.mark.parametrize("kind", [TABLE, COLUMN])
def test_tables_and_columns_are_not_found_by_their_name_alone(acme, assets, kind):
    with pytest.raises(UnknownReference):
        find_asset(acme, [kind], assets[kind].name)


@pytest.mark.parametrize("kind", PATHS)
def test_the_case_counts(acme, assets, kind):
    reference = PATHS[kind].swapcase()
    assert find_assets(acme, kind, [reference]).missing == {reference: [PATHS[kind]]}


@pytest.mark.parametrize("kind", PATHS)
def test_another_accounts_asset_is_unknown_and_like_nothing(umbrella, assets, kind):
    for reference in (str(assets[kind].pk), PATHS[kind], assets[kind].name):
        assert find_assets(umbrella, kind, [reference]).missing == {reference: []}


@pytest.mark.parametrize("kind", PATHS)
def test_what_is_deleted_is_unknown_and_like_nothing(acme, assets, kind):
    type(assets[kind]).objects.update(deleted_at=NOW)
    for reference in (str(assets[kind].pk), PATHS[kind]):
        assert find_assets(acme, kind, [reference]).missing == {reference: []}


@pytest.mark.parametrize("kind", [TABLE, COLUMN])
def test_what_lies_in_something_hidden_is_unknown_and_like_nothing(acme, assets, kind):
    type(assets[TABLE].schema).objects.update(is_hidden=True)
    for reference in (str(assets[kind].pk), PATHS[kind]):
        assert find_assets(acme, kind, [reference]).missing == {reference: []}


def test_names_may_hold_what_paths_are_made_of(acme):
    table = a_table(acme)
    type(table).objects.filter(pk=table.pk).update(name="or.ders", path="warehouse.public.or.ders")
    column = ColumnFactory.create(table=table, name="customer.id")
    board = a_dashboard(acme, "Net/gross", folder_path="Company")
    term = TermFactory.create(name="A/B", parent_term=TermFactory.create(account=acme, name="Tests/trials"))
    assert find_asset(acme, [TABLE], "warehouse.public.or.ders") == table
    assert find_asset(acme, [COLUMN], "warehouse.public.or.ders.customer.id") == column
    assert find_asset(acme, [DASHBOARD], "Company/Net/gross") == find_asset(acme, [DASHBOARD], "Net/gross") == board
    assert find_asset(acme, [TERM], "Tests/trials/A/B") == find_asset(acme, [TERM], "A/B") == term


def test_of_several_with_one_name_all_are_told(acme):
    boards = [a_dashboard(acme, folder_path=folder) for folder in ("A", "B")]
    with pytest.raises(AmbiguousReference) as refused:
        find_asset(acme, [DASHBOARD], "Sales")
    assert (refused.value.number, refused.value.kind, refused.value.reference) == (2, "dashboard", "Sales")
    assert refused.value.candidates == [(boards[0].pk, "A/Sales"), (boards[1].pk, "B/Sales")]
    assert find_asset(acme, [DASHBOARD], "B/Sales") == boards[1]


def test_of_several_with_one_path_all_are_told(acme):
    for _ in range(12):
        a_table(acme)
    with pytest.raises(AmbiguousReference) as refused:
        find_assets(acme, TABLE, [PATHS[TABLE]])
    assert (refused.value.number, len(refused.value.candidates)) == (12, 10)


def test_of_very_many_with_one_name_no_more_are_read_than_it_takes_to_refuse(acme, monkeypatch):
    monkeypatch.setattr(finding, "MAX_CALLED", 3)
    for number in range(5):
        a_dashboard(acme, folder_path=str(number))
    with pytest.raises(AmbiguousReference) as refused:
        find_assets(acme, DASHBOARD, ["Sales"])
    assert (refused.value.number, len(refused.value.candidates)) == (3, 3)


def test_a_path_comes_before_a_name(acme):
    top = TermFactory.create(account=acme, name="Churn")
    TermFactory.create(name="Churn", parent_term=TermFactory.create(account=acme))
    assert find_asset(acme, [TERM], "Churn") == top


@pytest.mark.parametrize("kind", [TABLE, COLUMN, DASHBOARD])
def test_an_asset_of_one_of_several_kinds_is_found(acme, assets, kind, django_assert_max_num_queries):
    for reference in (str(assets[kind].pk), PATHS[kind]):
        with django_assert_max_num_queries(2):
            assert find_asset(acme, [TABLE, COLUMN, DASHBOARD], reference) == assets[kind]


def test_an_unknown_asset_of_several_kinds_is_told_with_what_looks_like_it(acme, assets):
    with pytest.raises(UnknownReference) as refused:
        find_asset(acme, [TABLE, COLUMN, DASHBOARD], "warehouse.public.order")
    assert (refused.value.kind, refused.value.similar) == ("table, column or dashboard", [PATHS[TABLE]])


def test_the_order_of_the_references_is_kept_and_each_comes_once(acme, assets):
    tables = [a_table(acme, f"lake.raw.t{number}") for number in range(3)]
    references = [str(tables[2].pk), "lake.raw.t0", "lake.raw.none", str(tables[1].pk), "lake.raw.t0"]
    found = find_assets(acme, TABLE, references)
    assert list(found.rows.values()) == [tables[2], tables[0], tables[1]]
    assert list(found.missing) == ["lake.raw.none"]


@pytest.mark.parametrize("kind", PATHS)
@pytest.mark.parametrize("size", [1, 20])
def test_many_are_found_by_as_many_queries_as_one(acme, assets, kind, size, django_assert_max_num_queries):
    factories = {TABLE: lambda: a_table(acme), COLUMN: lambda: ColumnFactory.create(table=assets[TABLE])}
    rows = [factories[kind]() for _ in range(size)] if kind in factories else [assets[kind]]
    references = [str(row.pk) for row in rows] + [PATHS[kind]] * (kind != TABLE)
    with django_assert_max_num_queries(2):
        found = find_assets(acme, kind, references)
        assert [reference_to(row).path for row in found.rows.values()]
    assert len(found.rows) == len(set(references))


@pytest.mark.parametrize("kind", PATHS)
def test_many_that_are_missing_cost_a_bounded_number_of_queries(acme, assets, kind, django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        found = find_assets(acme, kind, [f"{PATHS[kind]}{number}" for number in range(50)])
    assert len(found.missing) == 50


@pytest.mark.parametrize(
    ("reference", "kind"),
    [
        ("warehouse.public.ordres", TABLE),
        ("warehouse.publik.orders", TABLE),
        ("lake.public.orders", TABLE),
        ("warehouse.public.orders.custmer_id", COLUMN),
        ("warehouse.public.order.customer_id", COLUMN),
        ("Company/Sale/Sales", DASHBOARD),
        ("sales", DASHBOARD),
        ("Churns", TERM),
        ("Growth/Churm", TERM),
    ],
)
def test_a_slip_is_told_what_it_looks_like(acme, assets, reference, kind):
    assert find_assets(acme, kind, [reference]).missing == {reference: [PATHS[kind]]}


def test_of_all_that_looks_like_it_the_three_most_similar_are_told(acme):
    for name in ("orders", "orders_2025", "orders_2025_old", "orders_2024", "parcels"):
        a_table(acme, f"warehouse.public.{name}")
    [similar] = find_assets(acme, TABLE, ["warehouse.public.orders_202"]).missing.values()
    assert similar == [f"warehouse.public.orders_{rest}" for rest in ("2024", "2025", "2025_old")]


@pytest.mark.parametrize(
    "reference", ["a\0b", "\ud83d", "%", "_", "a.b.c\0", "'; drop table x; --", "." * 1000, "/" * 1000]
)
@pytest.mark.parametrize("kind", AssetKind)
def test_odd_texts_are_the_names_of_nothing(acme, assets, kind, reference):
    assert find_assets(acme, kind, [reference]).missing == {reference: []}
    with pytest.raises(UnknownReference):
        find_asset(acme, [kind], reference)


def test_a_tag_is_found_by_its_exact_label(acme, umbrella):
    tag = TagFactory.create(account=acme, label="Personal data")
    TagFactory.create(account=umbrella, label="Personal dates")
    assert find_tag(acme, "Personal data") == tag
    with pytest.raises(UnknownReference) as refused:
        find_tag(acme, "personal data")
    assert (refused.value.kind, refused.value.similar) == ("tag", ["Personal data"])
    with pytest.raises(UnknownReference):
        find_tag(acme, "\0")
