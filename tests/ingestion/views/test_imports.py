"""Imports: who sees what of sources and files, and what comes in from the page."""

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEntry
from catalog.choices import SourceOrigin
from catalog.models import Source, Table
from ingestion import importing, store
from ingestion.kinds import KINDS
from ingestion.models import Batch, Upload
from tests.catalog.factories import SourceFactory
from tests.ingestion.importing import SHOP, as_csv, bring, receive, receive_all
from tests.ingestion.uploading import BOUNDARY, files_in, part
from tests.tokens.reading import text

pytestmark = pytest.mark.django_db(transaction=True)

PAGE, UPLOAD, SOURCE = "/imports/", "/imports/upload/", "/imports/sources/new/"
TEMPLATE = "/imports/templates/table.csv"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"


def field(name, value):
    return f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()


def form(source="", content=b"", name="table.csv", **fields):
    """As a browser sends the page's form: the file, then what stands behind it."""
    parts = [field("source", source), part(content, name), *(field(*one) for one in fields.items())]
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def send(client, *args, **fields):
    return client.generic("POST", UPLOAD, form(*args, **fields), MULTIPART)


@pytest.mark.parametrize(
    ("who", "looks", "acts"),
    [(None, 302, 302), ("carol", 403, 403), ("olga", 403, 403), ("stella", 200, 403), ("ada", 200, 200)],
)
def test_administrators_act_stewards_look_and_others_see_nothing(client, signed_in, request, who, looks, acts, stella):
    client = signed_in(request.getfixturevalue(who)) if who else client
    assert {client.get(address).status_code for address in (PAGE, "/imports/list/", TEMPLATE)} == {looks}
    assert {client.get(address).status_code for address in (UPLOAD, SOURCE)} == {acts}
    buttons = b"Upload a file" in client.get(PAGE).content
    assert buttons == (who == "ada")


def test_while_the_door_is_off_there_are_no_such_pages(signed_in, ada, settings):
    settings.INGESTION_ENABLED = False
    client = signed_in(ada)
    assert {client.get(address).status_code for address in (PAGE, UPLOAD, SOURCE, TEMPLATE)} == {404}
    assert b"Imports</a>" not in client.get("/assets/").content


def test_the_page_begins_with_what_to_do(signed_in, ada, stella):
    assert "No source yet." in (said := text(signed_in(ada).get(PAGE)))
    assert "Nothing has come yet." in said
    assert "Add a source" in said
    assert "An administrator of Acme adds one" in text(signed_in(stella).get(PAGE))


def test_sources_show_their_id_and_what_came_last_and_nothing_of_another_account(signed_in, ada, eve, warehouse, dbt):
    SourceFactory.create(account=ada.account, name="Old", id="019aa0b6-0000-7000-8000-000000000000")
    SourceFactory.create(account=ada.account, name="By programs", origin=SourceOrigin.API)
    batch = bring(warehouse, SHOP)
    page = signed_in(ada).get(PAGE)
    said = text(page)
    assert str(warehouse.pk) in said
    assert said.count("Refused by castor-upload") == 1
    assert "By programs" not in said
    states = {one.source.name: (one.latest, one.imported) for one, _ in page.context["sources"]}
    assert states == {"Lake": (batch, batch), "Models": (None, None), "Old": (None, None)}
    others = signed_in(eve).get(PAGE)
    assert (others.context["sources"], others.context["shown"]) == ([], [])
    assert str(warehouse.pk) not in text(signed_in(eve).get(f"{PAGE}?source={warehouse.pk}"))


def test_imports_are_filtered_and_told_with_how_far_they_are(signed_in, ada, warehouse, dbt):
    batch = receive_all(warehouse, SHOP)
    Batch.objects.filter(pk=batch.pk).update(
        state="importing", lease_until="2027-01-01T00:00Z", phase="reading", done=5_000, total=20_000
    )
    client = signed_in(ada)
    assert "Reading: 5,000 of 20,000" in text(client.get("/imports/list/"))
    assert client.get(f"{PAGE}?state=held").context["shown"] == []
    assert client.get(f"{PAGE}?source={dbt.pk}").context["shown"] == []
    assert len(client.get(f"{PAGE}?source={warehouse.pk}&state=importing").context["shown"]) == 1
    assert client.get(f"{PAGE}?state=x").status_code == 422


def test_the_list_costs_as_many_queries_for_many_imports(signed_in, ada, warehouse, dbt, django_assert_num_queries):
    client = signed_in(ada)
    for stamp in range(3):
        receive(warehouse, "table", as_csv(SHOP["table"]), stamp=1_764_000_000 + stamp)
    with django_assert_num_queries(8):  # session, person, sources, their two batches, filter, count, page
        assert client.get(PAGE).status_code == 200


def test_a_source_is_added_by_its_tool(signed_in, ada):
    client = signed_in(ada)
    assert client.post(SOURCE, {"name": "Lake", "technology": "POSTGRES"})["Location"] == PAGE
    source = Source.objects.get()
    assert (source.name, source.type, source.pk.version) == ("Lake", "WAREHOUSE", 4)
    assert f"Its id is {source.pk}" in text(client.get(PAGE))
    for sent, sentence in [
        ({"name": "Lake", "technology": "DBT"}, "There is a source of that name"),
        ({"name": "Talk", "technology": "SLACK"}, "Choose one of these tools."),
        ({"name": "", "technology": "DBT"}, "This field is required."),
    ]:
        answer = client.post(SOURCE, sent, headers={"X-Dialog": "1"})
        assert (answer.status_code, sentence in text(answer), b"<html" in answer.content) == (422, True, False)
    assert Source.objects.count() == 1


def test_templates_of_all_files_import_without_an_issue(signed_in, ada, warehouse):
    client = signed_in(ada)
    names = [kind.name for kind in KINDS.values() if kind.family == "WAREHOUSE"]
    for name in names:
        answer = client.get(f"/imports/templates/{name}.csv")
        assert answer["Content-Disposition"] == f'attachment; filename="{name}.csv"'
        assert send(client, warehouse.pk, answer.content, f"{name}.csv").status_code == 302
    batch = Batch.objects.get()  # one after another, and yet together
    assert {upload.kind for upload in batch.uploads.all()} == set(names)

    importing.import_waiting(timezone.now())
    batch.refresh_from_db()
    assert (batch.state, Table.objects.get().name) == ("imported", "orders")
    assert client.get("/imports/templates/secret.csv").status_code == 404


def test_a_file_of_the_page_goes_the_way_of_all_others(signed_in, ada, warehouse):
    client = signed_in(ada)
    content = as_csv(SHOP["table"])
    answer = send(client, warehouse.pk, content, "1764000000-table.csv")
    upload = Upload.objects.get()
    assert answer["Location"] == f"/imports/{upload.batch_id}/"
    assert (upload.path, upload.actor, upload.door) == (f"warehouse-{warehouse.pk}/1764000000-table.csv", ada, "page")
    with store.storage().open(upload.key) as file:
        assert file.read() == content
    assert AuditEntry.objects.get(operation="receive").actor_name == ada.email
    again = send(client, warehouse.pk, content, "1764000000-table.csv")
    assert (again.status_code, "The same file was uploaded" in text(again)) == (409, True)


def test_without_a_source_a_file_is_manual_lineage(signed_in, ada):
    send(signed_in(ada), "", as_csv([["parent_type", "parent_key", "child_type", "child_key"]]), "links.csv")
    assert (Upload.objects.get().path, Batch.objects.get().family) == ("manual-lineage", "MANUAL")


@pytest.mark.parametrize(
    ("content", "name", "status", "sentence"),
    [
        (b"id,name\n1,a\n", "table.csv", 422, "schema_id"),
        (b"", "table.csv", 422, "The file is empty"),
        (b"a" * 2_000, "table.csv", 413, "larger than 1,000 bytes"),
        (b"id,schema_id,table_name,type\n", "9999999999-table.csv", 422, "more than a day ahead"),
    ],
)
def test_what_cannot_be_used_is_told_on_the_form_and_leaves_nothing(
    signed_in, ada, warehouse, store_of_test, monkeypatch, content, name, status, sentence
):
    monkeypatch.setattr("ingestion.views.bringing.MAX_FILE_BYTES", 1_000)
    answer = send(signed_in(ada), warehouse.pk, content, name)
    assert (answer.status_code, sentence in text(answer), "Nothing was stored" in text(answer)) == (status, True, True)
    assert (files_in(store_of_test), Upload.objects.count()) == ([], 0)


def test_a_file_for_another_account_s_source_is_refused_as_for_an_unknown_one(signed_in, eve, warehouse, store_of_test):
    answer = send(signed_in(eve), warehouse.pk, as_csv(SHOP["table"]))
    assert (answer.status_code, "There is no such source in this account." in text(answer)) == (422, True)
    assert (files_in(store_of_test), Upload.objects.count()) == ([], 0)


def test_nothing_is_stored_of_a_form_without_its_token_or_cut_before_it_or_of_a_stranger(ada, warehouse, store_of_test):
    client = Client(enforce_csrf_checks=True)
    whole = as_csv(SHOP["table"])
    assert send(client, warehouse.pk, whole).status_code == 302  # to sign-in
    client.force_login(ada)
    assert send(client, warehouse.pk, whole).status_code == 403
    page = client.get(UPLOAD)
    token = str(page.context["csrf_token"])
    body = form(warehouse.pk, whole, csrfmiddlewaretoken=token)
    cut = body[: body.index(b"csrfmiddlewaretoken") - 80]
    assert client.generic("POST", UPLOAD, cut, MULTIPART).status_code == 403
    assert (files_in(store_of_test), Upload.objects.count()) == ([], 0)
    assert page.content.index(b'type="file"') < page.content.index(b"csrfmiddlewaretoken", page.content.index(b"panel"))
    assert client.generic("POST", UPLOAD, body, MULTIPART).status_code == 302
    assert Upload.objects.count() == 1
