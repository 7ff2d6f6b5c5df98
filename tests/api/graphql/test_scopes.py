"""Scope follows each field at the root: whatever a document looks like, a Read only token writes nothing."""

import hashlib

import pytest
from django.apps import apps

from api.operations import OPERATIONS
from tests.api.graphql import documents
from tests.api.graphql.asking import ask, codes
from tests.api.graphql.filling import fill
from tokens.models import TokenUse
from tokens.scopes import Scope

NEEDS_WRITE = [o for o in documents.OPERATIONS if OPERATIONS.get(f"graphql.{o[1]}") is Scope.READ_WRITE]
READS = [o for o in documents.OPERATIONS if o not in NEEDS_WRITE]
REFUSAL = {
    "message": "AuthorizationError: this operation needs a Read & Write token",
    "extensions": {
        "code": "FORBIDDEN",
        "reason": "insufficient_scope",
        "detail": "This operation needs a token with the scope READ_WRITE.",
        "scope": "READ_WRITE",
    },
}


def stored():
    """A hash of every row that the API could write."""
    models = [*apps.get_app_config("catalog").get_models(), *apps.get_app_config("accounts").get_models()]
    rows = [sorted(map(repr, model._base_manager.values_list())) for model in models]
    return hashlib.sha256(repr(rows).encode()).hexdigest()


def test_every_operation_is_declared_and_nothing_else():
    declared = {operation for operation in OPERATIONS if operation.startswith("graphql.")}
    served = {f"graphql.{name}" for _, name in documents.OPERATIONS}
    assert declared == served | {"graphql.introspection"}


def test_all_mutations_need_read_and_write():
    assert {("mutation", name) for word, name in documents.OPERATIONS if word == "mutation"} <= set(NEEDS_WRITE)


@pytest.fixture
def filled(acme):
    fill(acme, "marker", 2)


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(("word", "name"), NEEDS_WRITE)
def test_a_read_only_token_is_refused_and_nothing_is_written(reader, word, name):
    before = stored()
    response = ask(reader, documents.document(word, name))
    assert (response.status_code, response.json()) == (403, {"errors": [REFUSAL]})
    assert stored() == before


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(("word", "name"), READS)
def test_a_read_only_token_reads_and_nothing_is_written(reader, word, name):
    before = stored()
    assert ask(reader, documents.document(word, name)).status_code in {200, 400}
    assert stored() == before


@pytest.mark.parametrize(("word", "name"), documents.OPERATIONS)
def test_an_operation_that_declares_no_scope_is_refused(writer, word, name, monkeypatch):
    monkeypatch.delitem(OPERATIONS, f"graphql.{name}")
    assert codes(ask(writer, documents.document(word, name))) == (403, ["FORBIDDEN"])


ASSISTANT = documents.field("query", "addAiAssistantJob")


def directed(directive):
    return ASSISTANT.replace(" { __typename", f" {directive} {{ __typename")


DISGUISES = {
    "alias": f"{{ getTables: {ASSISTANT} }}",
    "fragment": f"{{ ...f }} fragment f on Query {{ {ASSISTANT} }}",
    "fragment in a fragment": f"{{ ...f }} fragment f on Query {{ ...g }} fragment g on Query {{ {ASSISTANT} }}",
    "inline fragment": f"{{ ... on Query {{ {ASSISTANT} }} }}",
    "beside a read": f"{{ getTables {{ page }} {ASSISTANT} }}",
    "after a directive": f"{{ {directed('@include(if: true)')} }}",
    "left out": f"{{ getTables {{ page }} {directed('@skip(if: true)')} }}",
}


@pytest.mark.parametrize("text", DISGUISES.values(), ids=DISGUISES)
def test_no_disguise_gets_it_past_the_check(reader, text):
    assert codes(ask(reader, text)) == (403, ["FORBIDDEN"])


MIXED = f"query read {{ getTables {{ page }} }} query ask {{ {ASSISTANT} }}"


@pytest.mark.parametrize(("name", "status"), [("read", 200), ("ask", 403), ("nothing", 400), (None, 400)])
def test_the_operation_that_is_executed_is_the_one_that_is_checked(reader, name, status):
    assert ask(reader, MIXED, operation=name).status_code == status


def test_a_refusal_for_scope_is_on_record(reader):
    ask(reader, f"{{ {ASSISTANT} }}")
    assert list(TokenUse.objects.values_list("door", "reason", "calls")) == [("graphql", "insufficient_scope", 1)]
