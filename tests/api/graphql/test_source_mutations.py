import pytest

from catalog.models import Source
from tests.api.graphql.mutating import UNKNOWN, mutate, refusal
from tests.catalog.factories import SourceFactory
from tests.catalog.keeping import api_source


def test_one_source_is_created(writer):
    said = mutate(writer, "createSource", {"name": "Lake"}, "{ name origin type technology slug deletedAt }")
    assert said.pop("slug").startswith("lake-")
    forced = {"origin": "API", "type": "WAREHOUSE", "technology": "GENERIC_WAREHOUSE"}
    assert said == {"name": "Lake", "deletedAt": None, **forced}
    status, code, sentence = refusal(writer, "createSource", {"name": "Lake"})
    assert (status, code) == (200, "BAD_USER_INPUT")
    assert "already has a source" in sentence


def test_it_is_renamed_deleted_and_brought_back(acme, writer):
    row = {"id": str(api_source(acme).pk)}
    deleted = mutate(writer, "updateSource", row | {"deletedAt": "2026-11-25T08:30:00Z"}, "{ name deletedAt }")
    assert deleted == {"name": Source.objects.get().name, "deletedAt": 1795595400000}
    back = mutate(writer, "updateSource", row | {"deletedAt": None, "name": "Sea"}, "{ name deletedAt }")
    assert back == {"name": "Sea", "deletedAt": None}


def test_a_source_that_was_extracted_cannot_be_edited(acme, writer):
    row = {"id": str(SourceFactory.create(account=acme).pk), "name": "Mine"}
    assert refusal(writer, "updateSource", row)[:2] == (200, "FORBIDDEN")


@pytest.mark.parametrize("name", [None, "", " ", "a" * 501])
def test_a_name_that_cannot_be_is_refused_before_anything_is_looked_up(writer, name):
    assert refusal(writer, "updateSource", {"id": UNKNOWN, "name": name})[:2] == (400, "BAD_USER_INPUT")


def test_another_accounts_source_is_unknown(acme, stranger):
    source = api_source(acme)
    for pk in (str(source.pk), UNKNOWN):
        refused = (200, "NOT_FOUND", f"Source not found: {pk}")
        assert refusal(stranger, "updateSource", {"id": pk, "name": "Mine"}) == refused
    assert Source.objects.get().name == source.name


@pytest.mark.parametrize(("operation", "row"), [("createSource", {"name": "a"}), ("updateSource", {"id": UNKNOWN})])
def test_it_takes_a_token_that_may_write(reader, operation, row):
    assert refusal(reader, operation, row)[:2] == (403, "FORBIDDEN")
