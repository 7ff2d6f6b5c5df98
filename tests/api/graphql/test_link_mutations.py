import pytest

from catalog.models import ExternalLink
from catalog.services.tables import create_external_links
from tests.api.graphql.mutating import UNKNOWN, mutate, refusal
from tests.catalog.factories import TableFactory
from tests.factories import NOW

URL = "https://git.acme.test/orders.sql"
ANSWERS = {"createExternalLinks": "{ id }", "updateExternalLinks": "{ id }", "deleteExternalLinks": ""}
NAMED = ("updateExternalLinks", "deleteExternalLinks")


def a_table(account):
    return TableFactory.create(schema__database__source__account=account)


def new(table, url=URL):
    return {"tableId": str(table), "technology": "GITHUB", "url": url}


@pytest.fixture
def link(acme):
    row = {"table_id": str(a_table(acme).pk), "technology": "AIRFLOW", "url": URL}
    return create_external_links(acme, rows=[row], by=None, now=NOW)[0]


def test_tables_are_linked(acme, writer):
    rows = [new(a_table(acme).pk), new(a_table(acme).pk)]
    assert mutate(writer, "createExternalLinks", rows, "{ tableId technology url }") == rows


def test_a_link_gets_another_address(writer, link):
    row = {"id": str(link.pk), "url": f"{URL}?v=2"}
    assert mutate(writer, "updateExternalLinks", [row], "{ id url technology }") == [row | {"technology": "AIRFLOW"}]


def test_a_link_is_removed(writer, link):
    assert mutate(writer, "deleteExternalLinks", [{"id": str(link.pk)}], "") is True
    assert not ExternalLink.objects.exists()
    assert refusal(writer, "deleteExternalLinks", [{"id": str(link.pk)}], "")[:2] == (200, "NOT_FOUND")


@pytest.mark.parametrize("url", ["", "javascript:alert(1)", "https://acme.test/\n", "https://a/" + "a" * 2000])
def test_a_link_needs_an_address_of_the_web(writer, url):
    assert refusal(writer, "createExternalLinks", [new(UNKNOWN, url)])[:2] == (400, "BAD_USER_INPUT")
    assert refusal(writer, "updateExternalLinks", [{"id": UNKNOWN, "url": url}])[:2] == (400, "BAD_USER_INPUT")


@pytest.mark.parametrize(("operation", "answer"), ANSWERS.items())
def test_a_call_takes_500_rows(writer, operation, answer):
    rows = [{"id": str(n)} if operation in NAMED else new(n) for n in range(501)]
    assert refusal(writer, operation, rows, answer)[:2] == (400, "BAD_USER_INPUT")
    assert refusal(writer, operation, rows[1:], answer)[:2] == (200, "NOT_FOUND")


@pytest.mark.parametrize("operation", NAMED)
def test_another_accounts_links_are_unknown(stranger, link, operation):
    for pk in (str(link.pk), UNKNOWN):
        refused = (200, "NOT_FOUND", f"External link not found: {pk}")
        assert refusal(stranger, operation, [{"id": pk}], ANSWERS[operation]) == refused
    assert ExternalLink.objects.get().updated_at == NOW


def test_another_accounts_tables_cannot_be_linked(stranger, link):
    for pk in (str(link.table.pk), UNKNOWN):
        assert refusal(stranger, "createExternalLinks", [new(pk)]) == (200, "NOT_FOUND", f"Table not found: {pk}")
    assert ExternalLink.objects.count() == 1


@pytest.mark.parametrize(("operation", "answer"), ANSWERS.items())
def test_they_take_a_token_that_may_write(reader, writer, operation, answer):
    assert refusal(reader, operation, [], answer)[:2] == (403, "FORBIDDEN")
    assert not mutate(writer, operation, [], answer) or operation == "deleteExternalLinks"
