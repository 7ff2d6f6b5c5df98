"""One import's page: what it shows, to whom, and what an administrator decides there."""

import gzip
import json

import pytest

from accounts.models import AuditEntry
from ingestion import queue
from ingestion.models import Batch
from tests.factories import NOW
from tests.ingestion.importing import BY, SHOP, STAMP, bring, receive_all
from tests.ingestion.test_importing import many
from tests.tokens.reading import text

pytestmark = pytest.mark.django_db(transaction=True)

State = Batch.State
NAMES = ("confirm", "refuse", "cancel", "again")
WITH_ISSUES = SHOP | {
    "column": [*SHOP["column"], ["c3", "t9", "<script>", "", "INTEGER", "x"], ["c4", "", "lost", "", "TEXT", "3"]]
}


def page_of(batch):
    return f"/imports/{batch.pk}/"


@pytest.fixture
def held(warehouse):
    bring(warehouse, many(60))
    return bring(warehouse, many(30), stamp=STAMP + 1)


def test_files_events_report_and_issues_are_shown(signed_in, stella, warehouse):
    batch = bring(warehouse, WITH_ISSUES)
    page = signed_in(stella).get(page_of(batch))
    said = text(page)
    upload = batch.uploads.get(kind="column")
    for shown in (upload.sha256, f"{STAMP}-column.csv", f"{upload.size} bytes", BY.name, "Imported with issues"):
        assert shown in said
    assert [event.kind for event, _ in page.context["events"]] == ["received"] * 7 + ["imported"]
    counts = {kind: (of_file["rows"], of_file["loaded"], issues) for kind, of_file, issues in page.context["counts"]}
    assert counts["column"] == (4, 2, 3)
    assert ["column, row 4" in said, "Missing value" in said, b"<script>x" in page.content] == [True, True, False]


def test_issues_are_filtered_paged_and_downloaded_all_together(signed_in, stella, warehouse, monkeypatch):
    monkeypatch.setattr("ingestion.views.batches.ISSUES_PER_PAGE", 2)
    batch = bring(warehouse, WITH_ISSUES)
    client, address = signed_in(stella), page_of(batch)
    assert [issue.row for issue in client.get(f"{address}?page=2").context["page"]] == [5]
    filtered = client.get(f"{address}?file=column&word=unknown_reference").context["page"]
    assert [issue.word for issue in filtered] == ["unknown_reference"]
    assert "No issue matches." in text(client.get(f"{address}?file=table"))
    assert client.get(f"{address}?word=x").status_code == 422
    answer = client.get(f"{address}report.csv.gz")
    assert answer["Content-Type"] == "application/gzip"
    assert len(gzip.decompress(answer.getvalue()).decode("utf-8-sig").splitlines()) == 4


def test_another_account_s_import_is_unknown_and_others_see_none(signed_in, ada, carol, eve, warehouse):
    batch = bring(warehouse, WITH_ISSUES)
    addresses = [page_of(batch) + part for part in ("", "now/", "report.csv.gz", *(f"{name}/" for name in NAMES))]
    assert {signed_in(eve).get(address).status_code for address in addresses} == {404}
    assert {signed_in(eve).post(f"{page_of(batch)}{name}/").status_code for name in NAMES} == {404}
    assert {signed_in(carol).get(address).status_code for address in addresses} == {403}


def test_stewards_decide_nothing(signed_in, stella, held):
    client = signed_in(stella)
    assert {client.post(f"{page_of(held)}{name}/").status_code for name in NAMES} == {403}
    said = client.get(page_of(held)).content.decode()
    assert ("An administrator confirms or refuses it." in said, "/confirm/" in said) == (True, False)
    held.refresh_from_db()
    assert held.state == State.WITHHELD


def test_a_held_import_is_confirmed_by_the_numbers_that_were_shown(signed_in, ada, held):
    client, address = signed_in(ada), f"{page_of(held)}confirm/"
    page = client.get(address)
    assert "30 tables" in text(page)
    for shown in ('{"table": 29}', "", "x", "[]"):
        answer = client.post(address, {"shown": shown}, headers={"X-Dialog": "1"})
        assert (answer.status_code, "look at them again" in text(answer)) == (409, True)
    assert json.loads(page.context["shown"]) == {"table": 30}
    assert client.post(address, {"shown": page.context["shown"]})["Location"] == page_of(held)
    held.refresh_from_db()
    assert held.state == State.WAITING
    entry = AuditEntry.objects.get(operation="confirm_import")
    assert (entry.kind, entry.actor_name, entry.door) == ("import", ada.email, "page")
    assert "Held import confirmed" in text(client.get("/settings/activity/"))


def test_each_decision_is_asked_about_and_done_once(signed_in, ada, held, warehouse):
    client = signed_in(ada)
    for name, state, question in [
        ("refuse", State.REFUSED, "Refuse this import?"),
        ("again", State.WAITING, "Import this again?"),
        ("cancel", State.REFUSED, "Cancel this import?"),
    ]:
        address = f"{page_of(held)}{name}/"
        assert question in text(client.get(address))
        assert client.post(address).status_code == 302
        held.refresh_from_db()
        assert held.state == state
        late = client.post(address)
        assert (late.status_code, f"This import is {state} now." in text(late)) == (409, True)
        assert "Nothing is left to do here." in text(client.get(address))


def test_the_part_that_the_script_reads_says_whether_it_has_to_look_again(signed_in, ada, warehouse):
    batch = receive_all(warehouse, {"table": SHOP["table"]})
    client = signed_in(ada)
    part = client.get(f"{page_of(batch)}now/").content
    assert (b"data-count" in part, b"<html" in part, b"csrf" in part) == (True, False, False)
    queue.cancel(ada.account, batch.pk, by=BY, now=NOW)
    assert b"data-count" not in client.get(f"{page_of(batch)}now/").content


def test_the_page_costs_as_many_queries_for_many_files_and_issues(signed_in, ada, warehouse, django_assert_num_queries):
    batch = bring(warehouse, WITH_ISSUES)
    client = signed_in(ada)
    with django_assert_num_queries(8):  # session, person, account, batch, count and page of issues, files, events
        assert client.get(page_of(batch)).status_code == 200


def test_operators_look_at_imports_and_change_nothing(signed_in, olga, warehouse):
    batch = bring(warehouse, WITH_ISSUES)
    client = signed_in(olga)
    rows = {
        "batch": batch.pk,
        "upload": batch.uploads.first(),
        "importissue": batch.issues.first(),
        "importevent": batch.events.first(),
    }
    for name, row in rows.items():
        assert client.get(f"/admin/ingestion/{name}/").status_code == 200
        address = f"/admin/ingestion/{name}/{getattr(row, 'pk', row)}/"
        assert client.get(f"{address}change/").status_code == 200
        assert client.post(f"{address}delete/", {"post": "yes"}).status_code == 403
    assert client.get("/admin/ingestion/change/").status_code == 200
