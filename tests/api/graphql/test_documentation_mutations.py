import pytest

from catalog.models import Dashboard, Table, Term
from tests.api.graphql.mutating import UNKNOWN, mutate, refusal
from tests.catalog.factories import DashboardFactory, TableFactory, TermFactory

ASSETS = {
    "updateTablesDocumentation": Table,
    "updateDashboardsDocumentation": Dashboard,
    "updateTermsDocumentation": Term,
}
ALL = pytest.mark.parametrize("operation", ASSETS)


def asset(operation, account):
    if ASSETS[operation] is Table:
        return TableFactory.create(schema__database__source__account=account, description_raw="Old")
    if ASSETS[operation] is Term:
        return TermFactory.create(account=account, description_raw="Old")
    return DashboardFactory.create(source__account=account, description_raw="Old")


@ALL
def test_markdown_is_overwritten_without_its_images(acme, writer, operation):
    row = {"id": str(asset(operation, acme).pk), "descriptionMarkdown": "# New ![a chart](chart.png)"}
    reset = "descriptionStateLexical lastDescribedByUserId isDescriptionGenerated"
    [said] = mutate(writer, operation, [row], f"{{ descriptionRaw descriptionMarkdown description {reset} }}")
    assert said == {
        "descriptionRaw": "# New ",
        "descriptionMarkdown": "# New ",
        "description": "# New ",
        "descriptionStateLexical": None,
        "lastDescribedByUserId": None,
        "isDescriptionGenerated": False,
    }


@ALL
def test_all_or_none_are_documented(acme, writer, operation):
    rows = [{"id": pk, "descriptionMarkdown": "New"} for pk in (str(asset(operation, acme).pk), UNKNOWN)]
    assert refusal(writer, operation, rows)[:2] == (200, "NOT_FOUND")
    assert ASSETS[operation].objects.get().description_raw == "Old"


@ALL
def test_a_call_takes_500_rows(writer, operation):
    rows = [{"id": str(number), "descriptionMarkdown": "New"} for number in range(501)]
    assert refusal(writer, operation, rows)[:2] == (400, "BAD_USER_INPUT")
    assert refusal(writer, operation, rows[1:])[:2] == (200, "NOT_FOUND")


@ALL
def test_a_text_has_a_limit(writer, operation):
    row = {"id": UNKNOWN, "descriptionMarkdown": "a" * 30_001}
    assert refusal(writer, operation, [row])[:2] == (400, "BAD_USER_INPUT")


@ALL
def test_what_belongs_to_another_account_is_unknown(acme, stranger, operation):
    theirs = asset(operation, acme)
    for pk in (str(theirs.pk), UNKNOWN):
        refused = (200, "NOT_FOUND", f"{type(theirs).__name__} not found: {pk}")
        assert refusal(stranger, operation, [{"id": pk, "descriptionMarkdown": "Mine"}]) == refused
    assert ASSETS[operation].objects.get().description_raw == "Old"


@ALL
def test_they_take_a_token_that_may_write(reader, writer, operation):
    assert refusal(reader, operation, [])[:2] == (403, "FORBIDDEN")
    assert mutate(writer, operation, []) == []


@ALL
@pytest.mark.parametrize(("said", "kept"), [({}, False), ({"isDescriptionGenerated": True}, True)])
def test_a_program_says_whether_the_text_is_generated(acme, writer, operation, said, kept):
    row = {"id": str(asset(operation, acme).pk), "descriptionMarkdown": "New"} | said
    assert mutate(writer, operation, [row], "{ isDescriptionGenerated }") == [{"isDescriptionGenerated": kept}]


@ALL
def test_null_says_that_it_is_not_generated(acme, writer, operation):
    row = {"id": str(asset(operation, acme).pk), "descriptionMarkdown": "New", "isDescriptionGenerated": None}
    assert mutate(writer, operation, [row], "{ isDescriptionGenerated }") == [{"isDescriptionGenerated": False}]


@ALL
def test_the_text_has_one_name_alone(acme, writer, operation):
    row = {"id": str(asset(operation, acme).pk), "descriptionMarkdown": "New", "descriptionRaw": "New"}
    assert refusal(writer, operation, [row])[:2] == (400, "BAD_USER_INPUT")


def test_a_term_that_is_kept_in_a_source_is_refused(acme, writer):
    kept = TermFactory.create(account=acme, description_raw="Old", external_id="page-1")
    row = {"id": str(kept.pk), "descriptionMarkdown": "New"}
    refused = (200, "FORBIDDEN", f"Term kept in its source: {kept.pk}")
    assert refusal(writer, "updateTermsDocumentation", [row]) == refused
    assert Term.objects.get().description_raw == "Old"


def test_a_term_says_when_it_was_edited(acme, writer):
    row = {"id": str(asset("updateTermsDocumentation", acme).pk), "descriptionMarkdown": "New"}
    [said] = mutate(writer, "updateTermsDocumentation", [row], "{ lastEditedAt updatedAt }")
    assert said["lastEditedAt"] == said["updatedAt"]
