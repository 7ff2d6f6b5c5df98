"""One upload after the other through the application as it is shipped."""

import hashlib
from typing import Any

import pytest

from accounts.models import AuditEntry
from api.operations import OPERATIONS
from catalog.choices import SourceOrigin, SourceType
from ingestion import store
from ingestion.models import Batch, ImportEvent, Upload
from tests.catalog.factories import SourceFactory
from tests.ingestion.uploading import TABLES, UNREAD, files_in, form, part, request_of, upload
from tests.shipped import answered, in_chunks, shipped
from tokens import ledger
from tokens.models import TokenUse
from tokens.scopes import Scope

STAMP = 1_700_000_000


def test_a_file_is_stored_byte_by_byte_with_its_rows(warehouse, writer, store_of_test):
    address = f"warehouse-{warehouse.pk}/{STAMP}-table.csv"
    answer = upload(f"/{address}", TABLES, writer, name="local.csv")
    row = Upload.objects.select_related("batch").get()
    sha256 = hashlib.sha256(TABLES).hexdigest()
    told = {"path": address, "upload": str(row.pk), "sha256": sha256}
    told["import"] = f"http://localhost:8000/api/v1/imports/{row.batch_id}"
    assert (answer.status_code, answer.json()) == (201, told)
    assert {"X-Token-Expires-At", "Cache-Control"} <= answer.headers.keys()
    assert answer.headers["Cache-Control"] == "no-store"
    assert (row.path, row.original_name, row.kind, row.size, row.sha256) == (
        *(address, "local.csv", "table"),
        *(len(TABLES), sha256),
    )
    assert row.key == f"{row.account_id}/{warehouse.pk}/{row.pk}"
    assert files_in(store_of_test) == [row.key]
    assert store.storage().open(row.key).read() == TABLES
    assert (row.batch.state, row.batch.family, int(row.batch.stamp.timestamp())) == ("received", "WAREHOUSE", STAMP)


def test_who_sent_it_is_kept_in_every_history(warehouse, writer):
    upload(f"/warehouse-{warehouse.pk}/{STAMP}-table.csv", TABLES, writer)
    ledger.of_this_process.close()
    use, event, entry = TokenUse.objects.get(), ImportEvent.objects.get(), AuditEntry.objects.get(operation="receive")
    assert (use.door, use.client, use.reason) == ("ingest", "requests 2.32", "")
    assert (event.kind, event.token_id, event.client, event.ip) == ("received", use.token_id, use.client, "127.0.0.1")
    assert (entry.kind, entry.door, entry.token_id) == ("upload", "ingest", use.token_id)


def test_the_folder_of_uploads_is_ours_alone(warehouse, writer, store_of_test):
    upload(f"/warehouse-{warehouse.pk}/{STAMP}-table.csv", TABLES, writer)
    modes = {path.stat().st_mode & 0o777 for path in [store_of_test, *store_of_test.rglob("*")]}
    assert modes == {0o700, 0o600}


@pytest.mark.parametrize(
    ("kind", "address", "name", "family", "found"),
    [
        ("VISUALIZATION", "visualization-{}/1700000000_dashboards.csv", "", "VIZ", "dashboards"),
        ("VISUALIZATION", "visualization-{}/1700000000-tableau.json", "", "VIZ", ""),
        ("VISUALIZATION", "visualization-{}/lookml/shop/1700000000-shop.zip", "", "LOOKML", ""),
        ("TRANSFORMATION", "transformation-{}/1700000000-manifest.json", "run_results.json", "DBT", "run_results"),
        ("QUALITY", "quality-{}/1700000000000-checks.json", "", "QUALITY", "validation"),
        ("WAREHOUSE", "warehouse-{}/1700000000-manual_lineage.csv", "", "MANUAL", "manual_lineage"),
        ("WAREHOUSE", "warehouse-{}/1700000000-ta", "1700000000-ta#ble.csv", "WAREHOUSE", ""),
    ],
)
def test_the_address_and_the_names_say_what_it_is(acme, writer, kind, address, name, family, found):
    source = SourceFactory.create(account=acme, type=kind)
    content = b"{}" if found in {"run_results", "validation"} else b"a,b\n"
    if found in CONTENTS:
        content = CONTENTS[found]
    assert upload(f"/{address.format(source.pk)}", content, writer, name=name or "x").status_code == 201
    row = Upload.objects.select_related("batch").get()
    assert (row.batch.family, row.kind, row.path) == (family, found, address.format(source.pk))


CONTENTS = {
    "dashboards": b"id,dashboard_type,name,folder_path,url\n1,DASHBOARD,Sales,/Home,https://bi.test/1\n",
    "manual_lineage": b"parent_type,parent_key,child_type,child_key\nTABLE,a.b.c.d,TABLE,a.b.c.e\n",
}


def test_files_of_one_stamp_are_one_batch_and_dbt_s_are_each_one(warehouse, dbt, writer):
    for name in (f"{STAMP}-table.csv", f"{STAMP}_other.csv", f"{STAMP + 1}-other.csv"):
        assert upload(f"/warehouse-{warehouse.pk}/{name}", TABLES, writer).status_code == 201
    for number in range(2):
        assert upload(f"/transformation-{dbt.pk}/{STAMP}-manifest{number}.json", b"{}", writer).status_code == 201
    assert sorted(batch.uploads.count() for batch in Batch.objects.all()) == [1, 1, 1, 2]


def test_manual_lineage_has_no_source_and_is_taken_again_and_again(acme, writer):
    for _ in range(2):
        assert upload("/manual-lineage", CONTENTS["manual_lineage"], writer).status_code == 201
    assert Upload.objects.filter(source=None, batch__family="MANUAL", kind="manual_lineage").count() == 2


def test_a_path_is_taken_once_and_says_whether_it_is_the_same_file(warehouse, writer, store_of_test):
    address = f"/warehouse-{warehouse.pk}/{STAMP}-table.csv"
    assert upload(address, TABLES, writer).status_code == 201
    same, other, empty = (upload(address, content, writer) for content in (TABLES, TABLES + TABLES[-20:], b""))
    assert (same.status_code, same.json()["same"]) == (409, True)
    assert (other.status_code, other.json()["same"]) == (409, False)
    assert empty.status_code == 400
    assert (Upload.objects.count(), len(files_in(store_of_test))) == (1, 1)


def test_a_path_whose_file_was_forgotten_is_free_again(warehouse, writer):
    address = f"/warehouse-{warehouse.pk}/{STAMP}-table.csv"
    upload(address, TABLES, writer)
    Upload.objects.update(deleted_at=Upload.objects.get().received_at)
    assert upload(address, TABLES, writer).status_code == 201


@pytest.fixture
def theirs(acme, umbrella):
    """Sources that take no files of Acme's at /warehouse-…, by why."""
    made = {
        "of another account": {"account": umbrella},
        "kept through the API": {"account": acme, "origin": SourceOrigin.API},
        "of another type": {"account": acme, "type": SourceType.VISUALIZATION},
        "deleted": {"account": acme, "deleted_at": "2026-01-01T00:00:00Z"},
    }
    return {why: SourceFactory.create(**changes) for why, changes in made.items()}


def test_a_source_that_takes_no_files_is_as_unknown_as_one_that_never_was(theirs, writer):
    unknown = [*(str(source.pk) for source in theirs.values()), "6f9619ff-8b86-4d01-b42d-00c04fc964ff", "1", "%00", "é"]
    answers = {upload(f"/warehouse-{pk}/{STAMP}-table.csv", TABLES, writer).content for pk in unknown}
    assert len(answers) == 1
    assert b'"status":404' in answers.pop()
    assert not Upload.objects.exists()


@pytest.mark.parametrize("tail", ["", "/", "/a/b", "/lookml/a/b", f"/{STAMP}-table.csv/", f"/{STAMP}%2Ftable.csv"])
def test_an_address_that_is_none_is_404_in_the_door_s_form(warehouse, writer, tail):
    answer = upload(f"/warehouse-{warehouse.pk}{tail}", TABLES, writer)
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")
    assert answer.json()["error"] == answer.json()["detail"]


NAMES = {
    "no stamp": "table.csv",
    "a stamp ahead": "4000000000-table.csv",
    "dots": "..",
    "dots, encoded": "%2e%2e",
    "a line": f"{STAMP}-ta%0Able.csv",
    "NUL": f"{STAMP}-%00.csv",
    "half a character": f"{STAMP}-%C3.csv",
    "4 kB": f"{STAMP}-" + "a" * 4_000,
    "256 bytes": f"{STAMP}-" + "%C3%A9" * 122 + "a",
}


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_an_odd_name_is_400_before_the_body_is_read(warehouse, writer, name):
    answer = upload(f"/warehouse-{warehouse.pk}/{name}", TABLES, writer, **UNREAD)
    assert (answer.status_code, answer.json()["reason"]) == (400, "unusable_upload")


def test_the_longest_name_is_taken(warehouse, writer):
    answer = upload(f"/warehouse-{warehouse.pk}/{STAMP}-" + "%C3%A9" * 122, TABLES, writer)
    assert (answer.status_code, len(Upload.objects.get().path.encode())) == (201, 47 + 255)


BODIES = {
    "empty": form(part(b"")),
    "no part": form(),
    "a field alone": form(part(TABLES).replace(b'; filename="file.csv"', b"")),
    "a file without a name": form(part(TABLES, name="")),
    "two files": form(part(TABLES), part(TABLES, field="other")),
    "cut in the file": form(part(TABLES))[:-60],
    "cut before its last boundary's end": form(part(TABLES))[:-5],
    "another boundary": form(part(TABLES)).replace(b"6f96", b"6f97"),
    "a part's head of 1 MB": form(part(TABLES, field="a" * 1_000_000)),
    "a field of 5 MB": form(part(b"a" * 5_000_000).replace(b'; filename="file.csv"', b""), part(TABLES)),
    "2,000 fields": form(*[part(b"a").replace(b'; filename="file.csv"', b"")] * 2_000, part(TABLES)),
    "nothing": b"",
    "binary": bytes(range(256)) * 20,
    "compressed": form(part(b"\x1f\x8b" + TABLES)),
    "UTF-16": form(part(TABLES.decode().encode("utf-16"))),
    "NUL": form(part(TABLES + b"\0")),
    "without a required column": form(part(b"id,table_name,type\n1,orders,TABLE\n")),
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_an_odd_body_is_400_and_leaves_nothing(warehouse, writer, store_of_test, body):
    answer = answered(request_of(f"/warehouse-{warehouse.pk}/{STAMP}-table.csv", body, writer))
    assert (answer.status_code, answer.json()["reason"]) == (400, "unusable_upload")
    assert (Upload.objects.exists(), files_in(store_of_test)) == (False, [])


def test_a_length_that_is_longer_than_the_body_is_a_body_that_breaks_off(warehouse, writer, store_of_test):
    body = form(part(TABLES))
    sent = request_of(f"/warehouse-{warehouse.pk}/{STAMP}-table.csv", body, writer, CONTENT_LENGTH=str(len(body) + 9))
    assert answered(sent).status_code == 400
    assert files_in(store_of_test) == []


def test_fields_beside_the_file_are_ignored(warehouse, writer):
    field = part(b"a").replace(b'; filename="file.csv"', b"")
    sent = request_of(f"/warehouse-{warehouse.pk}/{STAMP}-table.csv", form(field, part(TABLES), field), writer)
    assert (answered(sent).status_code, Upload.objects.get().size) == (201, len(TABLES))


def test_what_is_no_multipart_is_400(warehouse, writer):
    address = f"/warehouse-{warehouse.pk}/{STAMP}-table.csv"
    for media_type in ("text/csv", "multipart/mixed; boundary=a", None):
        answer = shipped("POST", address, TABLES, media_type, authorization=writer)
        assert (answer.status_code, answer.json()["reason"]) == (400, "unusable_upload")


def test_a_file_over_the_limit_is_413_by_its_length_and_by_its_bytes(warehouse, writer, settings, store_of_test):
    settings.UPLOAD_MAX_BYTES = len(TABLES)
    address = f"/warehouse-{warehouse.pk}/{STAMP}-other.csv"
    sent: list[tuple[bytes, dict[str, Any]]] = [(TABLES + b"a", {}), (TABLES * 1_000, UNREAD)]
    for content, more in sent:
        answer = upload(address, content, writer, **more)
        assert (answer.status_code, answer.json()["reason"]) == (413, "upload_too_large")
    assert files_in(store_of_test) == []
    assert upload(address, TABLES, writer).status_code == 201


def test_a_disk_that_would_be_too_full_is_507(warehouse, writer, monkeypatch):
    class Usage:
        free = 10**9 + 100

    monkeypatch.setattr("ingestion.store.shutil.disk_usage", lambda _: Usage)
    sent = upload(f"/warehouse-{warehouse.pk}/{STAMP}-table.csv", TABLES, writer, **UNREAD)
    assert (sent.status_code, sent.json()["reason"]) == (507, "no_space")


def test_the_token_is_asked_for_before_the_source_and_the_method_before_it(acme, live, warehouse):
    address = f"/warehouse-{warehouse.pk}/{STAMP}-table.csv"
    for method in ("GET", "HEAD", "PUT", "DELETE", "OPTIONS"):
        assert shipped(method, address).status_code == 405, method
    assert upload("/warehouse-1/a", TABLES, "nonsense").status_code == 401
    refused = upload(address, TABLES, live.secret, **UNREAD)
    assert (refused.status_code, refused.json()["reason"]) == (403, "insufficient_scope")
    assert OPERATIONS["ingest.upload"] == OPERATIONS["ingest.manual_lineage"] == Scope.READ_WRITE


def test_a_body_in_chunks_is_taken_when_it_is_short(warehouse, writer):
    sent = request_of(f"/warehouse-{warehouse.pk}/{STAMP}-table.csv", form(part(TABLES)), writer)
    assert answered(in_chunks(sent)).status_code == 201
    long = request_of(f"/warehouse-{warehouse.pk}/{STAMP}-other.csv", form(part(b"a" * 4_000_000)), writer)
    answer = answered(in_chunks(long))
    assert (answer.status_code, answer.json()["reason"]) == (413, "body_too_large")
    assert Upload.objects.count() == 1


def test_while_the_door_is_off_its_addresses_are_unknown(warehouse, writer, settings):
    settings.INGESTION_ENABLED = False
    answer = upload(f"/warehouse-{warehouse.pk}/{STAMP}-table.csv", TABLES, writer)
    assert (answer.status_code, answer.json()["reason"]) == (404, "not_found")
