"""What a program learns of imports, and what it may decide."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
import yaml
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEntry
from ingestion import importing
from ingestion.models import Batch
from tests.api.calls import call
from tests.ingestion.importing import SHOP, STAMP, bring
from tests.ingestion.test_importing import many
from tests.ingestion.uploading import (  # noqa: F401
    open_door,
    warehouse,
    writer,
)
from tokens.scopes import Scope
from tokens.services import generate_token

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("open_door")]

LIST = "/api/v1/imports"
WITH_ISSUES = SHOP | {"column": [*SHOP["column"], ["c3", "t9", "lost", "", "INTEGER", "x"]]}


@pytest.fixture
def batch(warehouse):  # noqa: F811
    return bring(warehouse, WITH_ISSUES)


def calls_of(batch):
    one = f"{LIST}/{batch.pk}"
    return [("GET", LIST), ("GET", one), ("GET", f"{one}/issues"), ("POST", f"{one}/confirm")]


def post(address, secret, body=None):
    headers = {"Authorization": secret}
    return Client().post(address, body, content_type="application/json", headers=headers)


def test_imports_are_listed_and_filtered(batch, live, warehouse):  # noqa: F811
    body = call("GET", LIST, live.secret).json()
    assert {name: body[name] for name in ("total", "page", "pages")} == {"total": 1, "page": 1, "pages": 1}
    [told] = body["results"]
    told = {name: told[name] for name in ("id", "source", "family", "stamp", "state", "issues", "deleted")}
    assert told == {
        "id": str(batch.pk),
        "source": str(warehouse.pk),
        "family": "WAREHOUSE",
        "stamp": "2025-11-24T16:00:00Z",
        "state": "imported with issues",
        "issues": 2,
        "deleted": {},
    }
    assert call("GET", f"{LIST}?state=held&source={warehouse.pk}", live.secret).json()["total"] == 0
    assert call("GET", f"{LIST}?page=2", live.secret).json()["results"] == []


@pytest.mark.parametrize(
    "query", ["state=x", "source=x", "source=6f9619ff-8b86-4d01-b42d-00c04fc964ff", "page=0", "page=x"]
)
def test_what_makes_no_sense_is_said_and_not_guessed(live, query):
    answer = call("GET", f"{LIST}?{query}", live.secret)
    assert (answer.status_code, "results" in answer.json(), len(answer.json()["detail"]) > 20) == (400, False, True)


def test_an_import_tells_its_files_its_report_and_its_issues(batch, live):
    body = call("GET", f"{LIST}/{batch.pk}", live.secret).json()
    assert {file["kind"] for file in body["files"]} == set(SHOP)
    assert body["files"][0]["sent_by"] == "cat_rw_eu_••••"
    assert body["counts"]["column"]["issues"] == {"wrong_datatype": 1, "unknown_reference": 1}
    issues = call("GET", f"{LIST}/{batch.pk}/issues?kind=column&word=unknown_reference", live.secret).json()
    [issue] = issues["results"]
    assert (issue["row"], issue["column"], issue["value"], issues["total"]) == (4, "table_id", "t9", 1)
    assert call("GET", f"{LIST}/{batch.pk}/issues?kind=table", live.secret).json()["total"] == 0


def test_a_held_import_is_confirmed_by_its_numbers_and_by_a_token_that_writes(warehouse, live, writer):  # noqa: F811
    bring(warehouse, many(60))
    held = bring(warehouse, many(30), stamp=STAMP + 1)
    address = f"{LIST}/{held.pk}/confirm"
    assert post(address, live.secret).json()["reason"] == "insufficient_scope"
    assert post(address, writer, {"deleted": "many"}).status_code == 400
    others = post(address, writer, {"deleted": {"table": 1}})
    assert (others.status_code, others.json()["reason"]) == (409, "not_possible")
    held.refresh_from_db()
    assert held.state == Batch.State.WITHHELD
    assert post(address, writer, {"deleted": {"table": 30}}).json()["state"] == "waiting"
    entry = AuditEntry.objects.get(operation="confirm_import")
    assert (entry.kind, entry.door, entry.ids) == ("import", "rest", [str(held.pk)])
    importing.import_waiting(datetime.now(UTC))
    assert call("GET", f"{LIST}/{held.pk}", live.secret).json()["deleted"] == {"table": 30}
    assert post(address, writer).status_code == 409


def test_nobody_else_learns_of_an_import(batch, umbrella, warehouse):  # noqa: F811
    secret = generate_token(umbrella, scope=Scope.READ_WRITE, by=None, now=timezone.now()).secret
    unknown = Batch(pk=uuid4())
    for theirs, none in list(zip(calls_of(batch), calls_of(unknown), strict=True))[1:]:
        told, untold = call(theirs[0], theirs[1], secret), call(none[0], none[1], secret)
        assert (told.status_code, told.content) == (404, untold.content)
    assert call("GET", LIST, secret).json()["results"] == []
    assert call("GET", f"{LIST}?source={warehouse.pk}", secret).status_code == 400


def test_each_call_needs_a_token_is_never_kept_and_is_unknown_while_the_door_is_off(batch, ada, writer, settings):  # noqa: F811
    for method, address in calls_of(batch):
        answer = call(method, address)
        assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Bearer realm="Catalog API"')
        client = Client()
        client.force_login(ada)
        assert client.generic(method, address).status_code == 401
        assert call(method, address, writer)["Cache-Control"] == "no-store"
    settings.INGESTION_ENABLED = False
    assert {call(method, address, writer).status_code for method, address in calls_of(batch)} == {404}
    assert {call(method, address).status_code for method, address in calls_of(batch)} == {401}


def test_the_schema_says_scopes_and_answers(client):
    paths = yaml.safe_load(client.get("/api/schema/").content)["paths"]
    told = {
        (method, address.rpartition("/")[2]): operation["x-required-scope"]
        for address, operations in paths.items()
        if "imports" in address
        for method, operation in operations.items()
    }
    reads = {("get", "imports"), ("get", "{batch_id}"), ("get", "issues")}
    assert told == dict.fromkeys(reads, "READ_ONLY") | {("post", "confirm"): "READ_WRITE"}
    assert {"200", "404", "409", "401", "403"} <= set(paths["/api/v1/imports/{batch_id}/confirm"]["post"]["responses"])
