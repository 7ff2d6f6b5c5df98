"""The search: what is found, and in which order."""

from contextlib import contextmanager

import pytest
from django.db import connection

from accounts.models import Team
from catalog.models.assets import AssetKind
from catalog.queries import assets
from catalog.queries.assets import find
from catalog.queries.holding import AssetSearch
from catalog.queries.search_text import parse
from database.statements import StatementTooSlow, statement_limit
from tests.catalog.factories import (
    ColumnFactory,
    DashboardFactory,
    TagFactory,
    TermFactory,
    a_table,
    owned,
    tagged,
)
from tests.catalog.keeping import index_all
from tests.factories import NOW, UserFactory


def found(account, text="", page=1):
    return [one.reference.name for one in find(account, AssetSearch(parse(text)), page=page).assets]


@pytest.fixture
def invoices(acme):
    """A table of which each text is another."""
    table = a_table(acme, "lake.billing.invoices", description_raw="Money that is owed", popularity=5)
    type(table).objects.filter(pk=table.pk).update(external_description="From the ledger")
    tagged(table, TagFactory.create(account=acme, label="Quarterly"))
    owned(table, UserFactory.create(account=acme, first_name="Grace", last_name="Hopper", email="gh@acme.test"))
    owned(table, Team.objects.create(account=acme, name="Controllers", created_at=NOW, updated_at=NOW))
    a_table(acme, "lake.raw.noise")
    return table


@pytest.mark.parametrize(
    "text",
    [
        "INVOIC", "billing", "lake.billing", "owed", "ledger", "quarter", "grace", '"Grace Hopper"', "gh@acme.test",
        "controllers", "invoices owed quarterly grace billing", '"money that is"',
    ],
)  # fmt: skip
def test_words_are_found_in_any_text_tag_or_owner_and_each_has_to_be(acme, invoices, text):
    assert found(acme, text) == ["invoices"]
    assert found(acme, f"{text} nowhere") == []


def test_a_phrase_is_found_in_its_order_alone(acme, invoices):
    assert found(acme, '"that money"') == []


def test_dashboards_are_found_by_their_folder_and_terms_by_their_parent(acme):
    DashboardFactory.create(source__account=acme, name="Revenue", folder_path="Board/Monthly")
    TermFactory.create(parent_term=TermFactory.create(account=acme, name="Money"), name="Margin")
    assert found(acme, "monthly revenue") == ["Revenue"]
    assert found(acme, "money margin") == ["Margin"]


def test_a_column_is_found_by_its_own_name_and_by_words_of_its_table(acme, invoices):
    ColumnFactory.create(table=invoices, name="net_total", description_raw="Without taxes")
    assert found(acme, "total invoices taxes kind:column") == ["net_total"]
    assert found(acme, "invoices kind:column") == []


def test_a_column_is_found_by_its_tag(acme, invoices):
    tagged(ColumnFactory.create(table=invoices, name="mail"), TagFactory.create(account=acme, label="private"))
    assert found(acme, "private") == ["mail"]
    assert found(acme, "-private kind:column") == []


def test_the_whole_name_comes_before_its_beginning_before_a_part_of_it_before_other_texts(acme):
    paths = ("lake.raw.reorders", "lake.raw.orders_daily", "lake.raw.orders", "lake.orders.x")
    for popularity, path in enumerate(paths):
        a_table(acme, path, popularity=1_000 - popularity)
    a_table(acme, "lake.raw.said", description_raw="All orders", popularity=1_000_000)
    TermFactory.create(account=acme, name="Orders")
    assert found(acme, "orders") == ["orders", "Orders", "orders_daily", "reorders", "x", "said"]


def test_a_whole_path_or_a_name_of_several_words_comes_first(acme):
    for path in ("a.b.c", "a.b.cc"):
        a_table(acme, path, popularity=5 if path == "a.b.cc" else 1)
    DashboardFactory.create(source__account=acme, name="Order board of orders", popularity=9)
    DashboardFactory.create(source__account=acme, name="Order board")
    assert found(acme, "a.b.c") == ["c", "cc"]
    assert found(acme, "order board") == ["Order board", "Order board of orders"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("kind:table -raw", ["invoices"]),
        ("kind:table -owed", ["noise"]),
        ("-tag:quarterly kind:table", ["noise"]),
        ("-owner:grace kind:table", ["noise"]),
        ("kind:table -kind:table", []),
        ("tag:QUARTERLY", ["invoices"]),
        ("tag:quarter", []),
        ("tag:quarterly tag:nobody", []),
        ("owner:hopper", ["invoices"]),
        ("owner:controll", ["invoices"]),
        ("kind:dashboard kind:table noise", ["noise"]),
    ],
)
def test_filters_narrow_and_a_minus_leaves_out(acme, invoices, text, expected):
    assert found(acme, text) == expected


def test_of_several_sources_one_is_enough(acme, invoices):
    name = invoices.schema.database.source.name
    assert found(acme, f'source:"{name}"') == ["invoices"]
    assert set(found(acme, f'source:"{name}" source:source')) == {"invoices", "noise"}
    assert found(acme, f'-source:"{name}" kind:table') == ["noise"]


def test_another_account_s_tags_and_people_find_nothing(acme, umbrella, invoices):
    tagged(a_table(umbrella, "lake.raw.theirs"), TagFactory.create(account=umbrella, label="Quarterly"))
    assert found(acme, "quarterly") == ["invoices"]
    assert found(umbrella, "grace") == []


@pytest.mark.parametrize(
    "text", ["%", "_", "\\", "'", '"', "';--", "\\\\%", "(", "🙂", "-", "İ", "a" * 200, "x:y:z", "--", "%_%"]
)
def test_hostile_words_find_what_they_say_and_nothing_else(acme, invoices, text):
    assert set(found(acme, f"kind:table {text}")) <= {"invoices", "noise"}
    assert found(acme, f"{text} surely-not-there") == []


def test_what_was_found_is_counted_by_kind(acme, invoices):
    TermFactory.create(account=acme, name="Invoices")
    result = find(acme, AssetSearch(parse("invoices")), page=1)
    assert (result.total, result.is_capped) == (2, False)
    assert result.by_kind == {
        AssetKind.TABLE: 1, AssetKind.DASHBOARD: 0, AssetKind.TERM: 1, AssetKind.COLUMN: 0,
    }  # fmt: skip


def test_no_more_are_counted_or_shown_than_the_most(acme, monkeypatch):
    monkeypatch.setattr(assets, "MAX_FOUND", 3)
    monkeypatch.setattr(assets, "ASSETS_PER_PAGE", 2)
    for number in range(5):
        a_table(acme, f"lake.raw.t{number}", popularity=number)
    result = find(acme, AssetSearch(), page=1)
    assert (result.total, result.is_capped, result.pages) == (3, True, 2)
    assert found(acme, page=2) == ["t2"]
    assert found(acme, page=3) == []


def test_of_columns_with_a_common_word_as_many_are_ranked_as_the_bound_says(acme, invoices, monkeypatch):
    monkeypatch.setattr(assets, "MAX_COLUMNS_RANKED", 2)
    for number in range(4):
        ColumnFactory.create(table=invoices, name=f"total_{number}")
    assert len(found(acme, "total")) == 2


@pytest.mark.parametrize("text", ["", "quarterly", "quarter invoices owed grace -x -tag:y owner:grace tag:quarterly"])
def test_more_words_tags_and_assets_take_no_more_queries(acme, invoices, django_assert_max_num_queries, text):
    for number in range(3):
        table = a_table(acme, f"lake.invoices{number}.quarterly")
        label = TagFactory.create(account=acme, label=f"quarterly {number}")
        for asset in (table, ColumnFactory.create(table=table, name="quarterly")):
            tagged(asset, label)
        TermFactory.create(account=acme, name="Quarterly invoices")
        DashboardFactory.create(source__account=acme, name="Quarterly invoices")
    with django_assert_max_num_queries(27):  # 3 of the transaction, 5 names, 4 ids, 8 index, 4 rows, 3 beside them
        assert "invoices" in found(acme, text)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no limit of a statement.")
def test_a_statement_that_takes_too_long_is_ended_and_the_next_one_is_free(db):
    with pytest.raises(StatementTooSlow), statement_limit(0.05), connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(60)")
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == ("0",)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no limit of a statement.")
def test_all_statements_of_a_block_share_its_time(db):
    with pytest.raises(StatementTooSlow), statement_limit(0.5):
        sleep_thirty_times()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no limit of a statement.")
def test_a_block_leaves_the_transaction_around_it_the_limit_that_it_had(db):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 7000")
        with statement_limit(0.5):
            cursor.execute("SELECT pg_sleep(0.2)")
            cursor.execute("SELECT 1")
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == ("7s",)


def sleep_thirty_times():
    with connection.cursor() as cursor:
        for _ in range(30):
            cursor.execute("SELECT pg_sleep(0.1)")


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no limit of a statement.")
def test_each_search_has_that_limit(acme, monkeypatch):
    monkeypatch.setattr(assets, "SECONDS", 0.05)
    monkeypatch.setattr(assets, "ranked_ids", lambda *_: connection.cursor().execute("SELECT pg_sleep(60)"))
    with pytest.raises(StatementTooSlow):
        found(acme, "orders")


@pytest.fixture
def indexed(acme, invoices):
    index_all()
    return invoices


def test_a_whole_name_comes_first_whatever_else_speaks_for_others(acme):
    for number in range(3):
        text = "Orders and orders of all orders"
        a_table(acme, f"lake.orders.orders_{number}", popularity=900_000, description_raw=text, verified_at=NOW)
    a_table(acme, "lake.raw.orders", deprecated_at=NOW)
    assert found(acme, "orders")[0] == "orders"
    index_all()
    assert found(acme, "orders")[0] == "orders"
    assert found(acme, "lake.orders.orders_2")[0] == "orders_2"


@pytest.mark.parametrize(
    "text", ['invoices "nowhere"', 'invoices "that money"', "invoices -owed", "invoices tag:other"]
)
def test_what_is_quoted_left_out_or_a_filter_holds_for_what_the_index_finds_too(acme, indexed, text):
    assert found(acme, text) == []
    assert found(acme, "invoices nowhere") == ["invoices"]


def test_a_source_narrows_what_the_index_finds(acme, indexed):
    text = f'invoices nowhere source:"{indexed.schema.database.source.name}"'
    assert found(acme, text) == ["invoices"]
    TermFactory.create(account=acme, name="Invoices")
    index_all()
    assert found(acme, text) == ["invoices"]


def asked(account, text):
    return find(account, AssetSearch(parse(text)), page=1)


def test_a_word_that_nothing_has_is_told_with_what_was_looked_for_instead(acme, indexed):
    result = asked(acme, "invioces")
    assert [one.reference.name for one in result.assets] == ["invoices"]
    assert (list(result.guessed), result.unknown, result.nearest) == (["invioces"], [], [])


def test_a_word_like_no_other_is_told_with_the_nearest_names(acme, indexed):
    a_table(acme, "lake.raw.fct_invoices")
    index_all()
    result = asked(acme, "fct_invoces")
    assert (result.unknown, result.nearest) == (["fct_invoces"], ["lake.raw.fct_invoices"])
    assert asked(acme, "zzzz").nearest == []


def test_near_names_are_looked_for_in_the_time_that_the_search_has_left(acme, monkeypatch):
    limits: list[float] = []

    @contextmanager
    def limit(seconds):
        limits.append(seconds)
        yield

    monkeypatch.setattr(assets, "statement_limit", limit)
    monkeypatch.setattr(assets, "monotonic", iter([100.0, 102.0]).__next__)
    asked(acme, "zzzz")
    assert limits == [assets.SECONDS, assets.SECONDS - 2.0]


@pytest.mark.parametrize("text", ["voice", "invoices", "grace", "nowhere grace", "quarterly"])
def test_a_word_that_is_somewhere_or_names_an_owner_is_not_told_as_unknown(acme, indexed, text):
    result = asked(acme, text)
    assert {"voice", "grace", "quarterly", "invoices"}.isdisjoint([*result.unknown, *result.guessed])


@pytest.mark.parametrize("text", ["quarterly invoices owed", "invoices nowhere", "zzzz yyyy", "invioces"])
def test_with_an_index_as_many_queries_for_more_words(acme, indexed, django_assert_max_num_queries, text):
    with django_assert_max_num_queries(30):  # 25, and names near each of three unknown words and kinds
        find(acme, AssetSearch(parse(text)), page=1)
