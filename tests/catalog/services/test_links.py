import pytest

from catalog.choices import ExternalLinkTechnology
from catalog.errors import InvalidInput, NotFound
from catalog.models import ExternalLink
from catalog.services.tables import create_external_links, delete_external_links, update_external_links
from tests.catalog.factories import TableFactory
from tests.catalog.keeping import LATER, UNKNOWN, given
from tests.factories import NOW

URL = "https://git.acme.test/orders.sql"


def linked(account, number=1):
    table = TableFactory.create(schema__database__source__account=account)
    row = {"table_id": str(table.pk), "technology": ExternalLinkTechnology.GITHUB, "url": URL}
    return create_external_links(account, rows=[row] * number, by=None, now=NOW)


def test_a_table_of_any_source_is_linked(acme):
    one, other = linked(acme, 2)
    assert (one.url, one.technology, one.account, one.created_at) == (URL, ExternalLinkTechnology.GITHUB, acme, NOW)
    assert list(one.table.external_links.all()) == [one, other]


def test_a_link_gets_another_address(acme):
    one, other = linked(acme, 2)
    rows = [given(other, url=f"{URL}?v=2"), given(one)]
    assert update_external_links(acme, rows=rows, by=None, now=LATER) == [other, one]
    assert list(ExternalLink.objects.values_list("url", "updated_at")) == [(URL, NOW), (f"{URL}?v=2", LATER)]


def test_links_are_removed_for_good(acme):
    one, other, kept = linked(acme, 3)
    delete_external_links(acme, rows=[given(other), given(one)], by=None, now=NOW)
    assert list(ExternalLink.objects.all()) == [kept]


@pytest.mark.parametrize("url", [None, "", "javascript:alert(1)", "a" * 2001])
def test_a_link_needs_an_address_of_the_web(acme, url):
    [link] = linked(acme)
    with pytest.raises(InvalidInput, match="Row 1: url m"):
        update_external_links(acme, rows=[given(link, url=url)], by=None, now=LATER)
    row = {"table_id": str(link.table.pk), "technology": ExternalLinkTechnology.OTHER, "url": url}
    with pytest.raises(InvalidInput, match="Row 1: url m"):
        create_external_links(acme, rows=[row], by=None, now=LATER)


def test_what_belongs_to_another_account_is_unknown(acme, umbrella):
    [ours], [theirs] = linked(acme), linked(umbrella)
    for pk in (str(theirs.pk), UNKNOWN, "no id"):
        with pytest.raises(NotFound, match=f"^External link not found: {pk}$"):
            update_external_links(acme, rows=[{"id": pk, "url": "https://acme.test"}], by=None, now=LATER)
        with pytest.raises(NotFound, match=f"^External link not found: {pk}$"):
            delete_external_links(acme, rows=[given(ours), {"id": pk}], by=None, now=NOW)
    assert list(ExternalLink.objects.values_list("url", flat=True)) == [URL, URL]


def test_another_accounts_table_is_unknown(acme, umbrella):
    [theirs] = linked(umbrella)
    row = {"table_id": str(theirs.table.pk), "technology": ExternalLinkTechnology.OTHER, "url": URL}
    with pytest.raises(NotFound, match=f"^Table not found: {theirs.table.pk}$"):
        create_external_links(acme, rows=[row], by=None, now=NOW)
    assert ExternalLink.objects.count() == 1


def test_an_empty_batch_does_nothing(acme):
    assert (
        create_external_links(acme, rows=[], by=None, now=NOW)
        == update_external_links(acme, rows=[], by=None, now=NOW)
        == []
    )
    delete_external_links(acme, rows=[], by=None, now=NOW)
