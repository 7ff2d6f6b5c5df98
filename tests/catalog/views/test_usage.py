"""Queries and joins of a table: on its page, and all of them on pages of their own."""

import re

import pytest

from catalog.views import tables
from tests.catalog.factories import ColumnFactory, ColumnJoinFactory, SourceUserFactory, a_table, ran
from tests.factories import NOW


@pytest.fixture
def orders(acme):
    return a_table(acme, "shop.public.orders")


@pytest.fixture
def read(client, carol):
    client.force_login(carol)
    return client.get


def joined(orders, name, count, **values):
    """A join of a column of orders with one of another table."""
    own = ColumnFactory.create(table=orders, name=f"own_{name}")
    other = ColumnFactory.create(table=a_table(orders.account, f"shop.public.{name}"), name="id", **values)
    first, second = (own, other) if count % 2 else (other, own)
    return ColumnJoinFactory.create(first_column=first, second_column=second, count=count)


def test_the_sql_of_a_query_is_text_with_who_ran_it(read, orders):
    author = SourceUserFactory.create(source=orders.schema.database.source, name="Robin <b>Bee</b>")
    ran("SELECT '<script>alert(1)</script>'", orders, source_user=author, queries_duration=1.25, rows_produced=4096)
    text = read(orders.get_absolute_url()).content.decode()
    assert "SELECT &#x27;&lt;script&gt;alert(1)&lt;/script&gt;&#x27;" in text
    assert "Robin &lt;b&gt;Bee&lt;/b&gt;" in text
    assert "1.25 s" in text
    assert "4,096 rows" in text


def test_a_long_query_is_cut_and_says_so(read, orders):
    ran("SELECT " + "x" * 4_000, orders)
    text = read(orders.get_absolute_url()).content.decode()
    assert "The first 3,000 of 4,007 characters." in text
    assert "x" * 3_001 not in text


def test_hidden_queries_those_of_others_and_of_other_tables_are_not_shown(read, acme, umbrella, orders):
    ran("SELECT hidden", orders, is_hidden=True)
    ran("SELECT elsewhere", a_table(acme, "shop.public.other"))
    ran("SELECT theirs", a_table(umbrella, "shop.public.orders"))
    for address in (orders.get_absolute_url(), f"{orders.get_absolute_url()}queries/"):
        assert "SELECT " not in read(address).content.decode()


def test_the_newest_queries_are_on_the_page_and_all_on_their_own(read, orders, monkeypatch):
    monkeypatch.setattr(tables, "QUERIES_PER_PAGE", 3)
    for number in range(4):
        ran(f"SELECT number_{number}", orders, timestamp=NOW.replace(hour=number))
    page = orders.get_absolute_url()
    text = read(page).content.decode()
    assert [f"number_{number}" in text for number in range(4)] == [False, True, True, True]
    assert f'href="{page}queries/"' in text
    assert re.findall(r'aria-label="(SQL[^"]*)"', text) == ["SQL 1", "SQL 2", "SQL 3"]
    assert "number_0" in read(f"{page}queries/?page=2").content.decode()
    assert 'rel="next"' in read(f"{page}queries/").content.decode()


def test_joins_name_the_other_column_whichever_side_it_is_on(read, orders):
    joins = [joined(orders, "customers", 3), joined(orders, "stores", 40)]
    text = read(orders.get_absolute_url()).content.decode().partition('id="joins-title"')[2]
    assert text.index("shop.public.stores.id") < text.index("shop.public.customers.id")
    assert f'href="{joins[0].second_column.get_absolute_url()}"' in text
    assert ("own_customers" in text, "own_stores" in text) == (True, True)


def test_joins_with_what_is_deleted_or_hidden_are_not_shown(read, orders):
    joined(orders, "gone", 3, deleted_at=NOW)
    schema = joined(orders, "hidden", 5).second_column.table.schema
    type(schema).objects.filter(pk=schema.pk).update(is_hidden=True)
    assert "joins-title" not in read(orders.get_absolute_url()).content.decode()


def test_more_joins_than_the_page_shows_are_on_a_page_of_their_own(read, orders):
    for number in range(tables.JOINS_SHOWN + 1):
        joined(orders, f"t{number}", number + 1)
    page = orders.get_absolute_url()
    text = read(page).content.decode()
    assert f'href="{page}joins/"' in text
    assert "shop.public.t0.id" not in text
    assert "shop.public.t0.id" in read(f"{page}joins/").content.decode()


@pytest.mark.parametrize("part", ["queries", "joins"])
def test_lists_of_another_account_s_table_and_pages_that_there_are_not_are_unknown(read, umbrella, orders, part):
    foreign = a_table(umbrella, "shop.public.orders").get_absolute_url()
    addresses = [f"{foreign}{part}/", *(f"{orders.get_absolute_url()}{part}/?page={page}" for page in (-1, 0, 2, "x"))]
    assert [read(address).status_code for address in addresses] == [404] * 5
    assert read(f"{orders.get_absolute_url()}{part}/").status_code == 200


@pytest.mark.parametrize("part", ["", "queries/", "joins/"])
def test_more_rows_take_no_more_queries(read, orders, django_assert_max_num_queries, part):
    for number in range(4):
        author = SourceUserFactory.create(source=orders.schema.database.source)
        ran(f"SELECT {number}", orders, source_user=author)
        joined(orders, f"t{number}", number + 1)
    with django_assert_max_num_queries(24 if not part else 6):
        read(f"{orders.get_absolute_url()}{part}")
