"""The search of the page on the demo: what real words find, and that nothing is lost that holds them."""

import pytest
from django.db import connection
from django.db.models import Q

from catalog.demo.filling import fill
from catalog.models.assets import AssetKind
from catalog.queries.assets import find
from catalog.queries.holding import AssetSearch
from catalog.queries.search_text import parse
from catalog.queries.visibility import shown_rows
from tests.catalog.keeping import index_all
from tests.factories import NOW, AccountFactory

pytestmark = pytest.mark.django_db

TEXTS = {
    AssetKind.TABLE: ("name", "path", "description_raw", "external_description"),
    AssetKind.DASHBOARD: ("name", "folder_path", "description_raw", "external_description"),
    AssetKind.TERM: ("name", "parent_term__name", "description_raw", "external_description"),
}
WORDS = """
    order orders rder customer cust custom revenue rev net gross marts marts.finance raw lake stg fct dim daily week day
    payment pay refund invoice product sku price currency country cart session event mail consent segment churn
    retention acquisition campaign marketing shop store stock warehouse parcel shipment delivery return supplier finance
    tax margin budget forecast support ticket employee one row each per of the a e _ . id date key source load dbt
    tableau looker board overview report weekly management company sales logistics % \\ ' é zzzz
""".split()  # noqa: SIM905  a list of them fills the page
PAIRS = ["net revenue", "order customer", "marts orders", "raw ord", "daily sales", "of the", "weekly board", "one row"]


@pytest.fixture(scope="module")
def shop(rows_of_module):
    account = AccountFactory.create()
    fill(account, now=NOW)
    index_all()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as autovacuum does in time, which the tests' server is without
    return account


def ids_found(account, text):
    """All that is found, page by page."""
    search = AssetSearch(parse(text))
    first = find(account, search, page=1)
    assert not first.is_capped
    pages = [first, *(find(account, search, page=page) for page in range(2, first.pages + 1))]
    found = [asset.reference.id for page in pages for asset in page.assets]
    assert len(found) == first.total
    return found


def ids_holding(account, text):
    """What the search found before it had an index: what holds each of the words in one of its texts."""
    found = set()
    for kind, texts in TEXTS.items():
        rows = shown_rows(account, kind)
        for word in text.split():
            holding = Q()
            for look_up in texts:
                holding |= Q(**{f"{look_up}__icontains": word})
            rows = rows.filter(holding)
        found |= set(rows.values_list("pk", flat=True))
    return found


@pytest.mark.parametrize("text", [*WORDS, *PAIRS])
def test_what_holds_the_words_is_still_found_and_nothing_twice(shop, text):
    found = ids_found(shop, text)
    assert ids_holding(shop, text) <= set(found)
    assert len(found) == len(set(found))


@pytest.mark.parametrize("kind", TEXTS)
def test_a_whole_name_or_path_comes_first(shop, kind):
    for asset in shown_rows(shop, kind).order_by("name")[:12]:
        texts = {asset.name, getattr(asset, "path", asset.name)}
        for text in texts:
            best = find(shop, AssetSearch(parse(f'"{text}"' if " " in text else text)), page=1).assets[0].reference
            assert text.casefold() in {best.name.casefold(), best.path.casefold()}


def test_pages_of_a_search_do_not_overlap_and_the_order_stays(shop):
    once, again = ids_found(shop, "orders of customers"), ids_found(shop, "orders of customers")
    assert once == again
    assert len(once) > 50
