"""What the search suggests while somebody types."""

import pytest

from accounts.models import Team
from catalog.queries.suggestions import MAX_ASSETS, suggest
from tests.catalog.factories import SourceFactory, TagFactory, TermFactory, a_table
from tests.factories import NOW, UserFactory


def labels(account, text):
    return [one.label for one in suggest(account, text)]


@pytest.fixture
def catalog(acme):
    for path in ("shop.public.orders", "shop.public.reorders"):
        a_table(acme, path)
    TermFactory.create(account=acme, name="Order value")
    TagFactory.create(account=acme, label="on order")
    TagFactory.create(account=acme, label="finance")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("o", []),
        ("order", ["shop.public.orders", "Order value", "shop.public.reorders", "on order"]),
        ("shop reord", ["shop.public.reorders"]),
        ("tag:fin", ["finance"]),
        ("orders kind:t", ["Table", "Term"]),
        ("-tag:on", ["on order"]),
    ],
)
def test_assets_are_suggested_by_name_and_filters_by_the_last_word(acme, catalog, text, expected):
    assert labels(acme, text) == expected


@pytest.mark.parametrize(
    ("text", "completed"),
    [
        ("tag:fin", "tag:finance "),
        ("orders -tag:on", 'orders -tag:"on order" '),
        ('x tag:"on or', 'x tag:"on order" '),
        ("finan", "tag:finance "),
    ],
)
def test_a_filter_completes_the_text(acme, catalog, text, completed):
    assert suggest(acme, text)[-1].text == completed


def test_an_asset_leads_to_its_page(acme):
    table = a_table(acme, "shop.public.orders")
    [one] = suggest(acme, "orders")
    assert (one.url, one.detail, one.text) == (table.get_absolute_url(), "Table", "")


def test_owners_are_people_by_name_or_address_and_teams(acme, umbrella):
    UserFactory.create(account=acme, first_name="Grace", last_name="Hopper", email="gh@acme.test")
    UserFactory.create(account=umbrella, first_name="Grace", email="grace@umbrella.test")
    Team.objects.create(account=acme, name="Grace's team", created_at=NOW, updated_at=NOW)
    assert labels(acme, "owner:grace") == ["Grace Hopper, gh@acme.test", "Grace's team"]
    assert [one.text for one in suggest(acme, "owner:gh@")] == ["owner:gh@acme.test "]


def test_another_account_s_rows_are_never_suggested(acme, umbrella):
    a_table(umbrella, "theirs.public.orders")
    TagFactory.create(account=umbrella, label="orders")
    SourceFactory.create(account=umbrella, name="orders")
    for text in ("orders", "tag:orders", "source:orders"):
        assert labels(acme, text) == []


def test_a_deleted_source_and_deleted_assets_are_not_suggested(acme):
    a_table(acme, "shop.public.orders", deleted_at=NOW)
    SourceFactory.create(account=acme, name="Snowflake", deleted_at=NOW)
    assert labels(acme, "orders") == labels(acme, "source:snow") == []


def test_a_few_are_suggested_and_a_value_that_cannot_be_written_is_not(acme):
    for number in range(MAX_ASSETS + 3):
        a_table(acme, f"shop.public.orders_{number}")
    TagFactory.create(account=acme, label='5" pipe')
    assert len(labels(acme, "orders")) == MAX_ASSETS
    assert labels(acme, "tag:5") == []


def test_more_words_and_rows_take_no_more_queries(acme, catalog, django_assert_max_num_queries):
    with django_assert_max_num_queries(11):
        suggest(acme, "shop public order")
