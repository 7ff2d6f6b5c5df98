"""Every mutation leaves one entry in the audit log that names the token; whatever changes nothing leaves none."""

import re

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts import audit
from accounts.activity import KINDS, OPERATIONS, last_change
from accounts.models import AuditEntry, User
from catalog.models import Dashboard, Table, Term
from tests.api.graphql.asking import ask
from tests.api.graphql.calls import CALLS, FIELDS, call, data_of
from tests.api.graphql.mutating import UNKNOWN, document, mutate
from tests.catalog.keeping import kept_schema

SERVICES = {"update_column_descriptions": "update_columns_metadata"}  # where the names differ


def service_of(operation):
    name = re.sub("([A-Z])", r"_\1", operation).lower()
    return SERVICES.get(name, name)


def test_every_mutation_is_tried():
    assert CALLS.keys() == FIELDS.keys()


@pytest.mark.parametrize("operation", CALLS)
def test_a_mutation_leaves_one_entry_that_names_the_token(acme, writer, ids, operation):
    answer = call(writer, operation, data_of(operation, ids)).json()
    assert "errors" not in answer, answer
    entry, token = AuditEntry.objects.get(), acme.tokens.get()
    assert (entry.account, entry.operation, entry.kind, entry.count) == (
        acme,
        service_of(operation),
        *CALLS[operation][1:],
    )
    assert (entry.door, entry.actor_name, entry.token_id, entry.actor) == ("graphql", token.mask, token.pk, None)
    assert len(entry.ids) == entry.count


def times_of_change():
    """Of each row that has a page: its kind, and when it was changed."""
    return {
        (one._meta.model_name, one.pk, one.updated_at)
        for model in (Table, Dashboard, Term)
        for one in model.objects.all()
    }


@pytest.mark.parametrize("operation", CALLS)
def test_whatever_a_mutation_changes_says_who_did(acme, writer, ids, operation):
    before = times_of_change()
    call(writer, operation, data_of(operation, ids))
    changes = [last_change(acme, kind, updated_at=at) for kind, _, at in times_of_change() - before]
    assert {change and change.token_id for change in changes} <= {acme.tokens.get().pk}


@pytest.mark.parametrize("operation", CALLS)
def test_a_mutation_has_words_on_the_page(operation):
    assert service_of(operation) in OPERATIONS
    assert CALLS[operation][1] in KINDS


@pytest.mark.parametrize("operation", CALLS)
def test_a_refused_token_leaves_no_entry(reader, ids, operation):
    assert call(reader, operation, data_of(operation, ids)).status_code == 403
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("operation", sorted(CALLS.keys() - {"createSource", "createTerm", "upsertTeam"}))
def test_another_accounts_rows_leave_no_entry(stranger, ids, operation):
    assert call(stranger, operation, data_of(operation, ids)).json()["errors"][0]["extensions"]["code"] == "NOT_FOUND"
    assert not AuditEntry.objects.exists()


def test_a_batch_of_which_one_row_fails_leaves_no_entry(writer, ids):
    rows = [{"id": pk, "descriptionMarkdown": "New"} for pk in (ids["table"], UNKNOWN)]
    assert "errors" in ask(writer, document("updateTablesDocumentation"), data=rows).json()
    assert not AuditEntry.objects.exists()


REPEATABLE = [name for name in CALLS if re.match("detach|remove|attach|deleteLineages|upsert(Pinned|User|TeamO)", name)]


@pytest.mark.parametrize("operation", REPEATABLE)
def test_what_changes_nothing_the_second_time_leaves_no_second_entry(writer, ids, operation):
    for _ in range(2):
        assert "errors" not in call(writer, operation, data_of(operation, ids)).json()
    assert AuditEntry.objects.count() == 1


@pytest.mark.parametrize("operation", ["updateTables", "updateTableDescriptions", "updateColumnsMetadata"])
def test_rows_for_which_nothing_was_given_leave_no_entry(writer, ids, operation):
    mutate(writer, operation, [{"id": ids["column" if "Column" in operation else "table"]}])
    assert not AuditEntry.objects.exists()


def test_five_hundred_rows_are_one_entry_with_the_first_ids(acme, writer):
    schema = str(kept_schema(acme).pk)
    rows = [{"schemaId": schema, "externalId": str(n), "name": str(n)} for n in range(500)]
    with CaptureQueriesContext(connection) as queries:
        made = mutate(writer, "createTables", rows)
    entry = AuditEntry.objects.get()
    assert (entry.count, entry.ids) == (500, [row["id"] for row in made[:20]])
    assert sum("accounts_auditentry" in str(query["sql"]) for query in queries) == 1


def statements(secret, operation, ids):
    """How many statements the call takes."""
    with CaptureQueriesContext(connection) as queries:
        assert "errors" not in call(secret, operation, data_of(operation, ids)).json()
    return len(queries)


@pytest.mark.parametrize("operation", CALLS)
def test_an_entry_costs_one_statement(writer, ids, operation, monkeypatch):
    ask(writer, "{ __typename }")  # the ledger writes at the first call
    with transaction.atomic(), monkeypatch.context() as patch:
        patch.setattr(audit, "record", lambda *_, **__: None)
        without = statements(writer, operation, ids)
        transaction.set_rollback(True)
    assert statements(writer, operation, ids) == without + 1


# Those of the log are the entry's alone: ids of what they touch come with the statement that touches it.
TOUCHING = {
    "attachTags": ("INSERT", "catalog_tagentity"),
    "deleteLineages": ("DELETE", "catalog_lineage"),
    "removeDataQualities": ("UPDATE", "catalog_qualitycheck"),
    "removePinnedAssets": ("DELETE", "catalog_pinnedasset"),
    "removeTeamOwners": ("DELETE", "catalog_teamownerentity"),
    "removeUserOwners": ("DELETE", "catalog_ownerentity"),
}


@pytest.mark.parametrize("operation", TOUCHING)
def test_ids_that_nobody_has_read_are_not_read_for_the_log(writer, ids, operation):
    with CaptureQueriesContext(connection) as queries:
        call(writer, operation, data_of(operation, ids))
    verb, table = TOUCHING[operation]
    statement, *others = [str(query["sql"]) for query in queries if f'"{table}"' in str(query["sql"])]
    assert statement.startswith(verb)
    assert not [other for other in others if f'"{table}"."id"' in other]  # the index reads labels


def test_what_a_token_did_is_read_by_its_account_alone(acme, writer, ids, ada, eve, signed_in):
    call(writer, "updateTerm", data_of("updateTerm", ids))
    told = acme.tokens.get().mask
    for address in ("/settings/activity/", "/settings/activity.csv"):
        seen = [b"".join(signed_in(User.objects.get(pk=who.pk)).get(address)) for who in (ada, eve)]
        assert [told.encode() in page for page in seen] == [True, False]
