"""What a request may be, whoever sends it: the guard before the views."""

from typing import Any

import pytest
from asgiref.sync import async_to_sync
from asgiref.testing import ApplicationCommunicator
from django.http import HttpResponse
from django.test import Client
from django.urls import path
from django.utils import timezone

from accounts.bodies import MAX_FORM_BYTES, takes_body
from devtools.environment import ROOT
from tests import hostile
from tests.api.graphql.asking import ADDRESS, codes
from tests.shipped import asgi_application, shipped
from tokens.scopes import Scope
from tokens.services import generate_token

SIGN_IN = "/accounts/login/"


def send(address, content_type, body=b"login=a", **headers):
    """A POST with a cookie that CSRF's check takes for one of its own, so that it looks for the other half."""
    return shipped("POST", address, body, content_type, cookie=f"catalog-csrf={'a' * 32}", **headers)


@pytest.mark.parametrize("content_type", [*hostile.CHARSETS, "x", hostile.MULTIPART + "\x00"])
def test_a_page_refuses_what_it_cannot_read_without_a_query(db, content_type, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = send(f"{SIGN_IN}?next=/", content_type)
    assert (response.status_code, response.headers["Content-Type"]) == (400, "text/plain")
    assert b"no charset but UTF-8" in response.content
    assert "Set-Cookie" not in response.headers


def test_a_refusal_is_one_line_in_the_log(db, caplog):
    send(SIGN_IN, f"{hostile.MULTIPART}; charset=rot13", hostile.form(100))
    assert [record.msg["code"] for record in caplog.records] == [400]


@pytest.mark.parametrize(
    "form", ["/admin/accounts/user/{}/change/", "/admin/accounts/user/", "/settings/api/tokens/new/"]
)
def test_no_form_asks_a_browser_for_multipart(signed_in, ada, olga, form):
    person = olga if "admin" in form else ada
    page = signed_in(person).get(form.format(ada.pk)).content.decode()
    assert "<form" in page
    assert "multipart/form-data" not in page


def test_our_script_posts_no_multipart():
    script = (ROOT / "static/catalog.js").read_text()
    assert script.count("new FormData(") == script.count("new URLSearchParams(new FormData(") > 0


def test_an_address_that_leads_nowhere_refuses_it_too(db):
    assert send("/nowhere/?a=b", f"{hostile.FORM}; charset=rot13").status_code == 400


def test_the_asgi_application_refuses_it_too(db):
    fields = [(b"host", b"127.0.0.1"), (b"content-type", f"{hostile.FORM}; charset=rot13".encode())]
    scope = {"type": "http", "method": "POST", "path": SIGN_IN, "query_string": b"a=b", "headers": fields}

    async def start() -> Any:
        communicator = ApplicationCommunicator(asgi_application, scope)
        await communicator.send_input({"type": "http.request", "body": b"login=a"})
        return await communicator.receive_output(timeout=60)

    assert async_to_sync(start)()["status"] == 400


def test_a_door_refuses_it_in_its_own_form(db):
    response = send("/api/v1/token", f"{hostile.JSON}; charset=utf-16")
    assert (response.status_code, response.headers["Content-Type"]) == (400, "application/problem+json")
    assert response.json()["reason"] == "unreadable_content_type"
    assert (response.headers["Cache-Control"], response.headers["Vary"]) == ("no-store", "origin, Authorization")


@pytest.mark.parametrize("content_type", hostile.UTF_8)
def test_a_form_in_any_spelling_of_utf_8_is_read(db, content_type):
    form = f"csrfmiddlewaretoken={'a' * 32}&login=%C3%A9&password=x"
    response = send(f"{SIGN_IN}?next=/%C3%A9", content_type, form.encode())
    assert (response.status_code, "é" in response.content.decode()) == (200, True)


@pytest.mark.parametrize("address", [SIGN_IN, "/admin/login/", "/mail/postmark/", "/api/docs/"])
def test_no_view_takes_multipart(db, address):
    response = send(address, hostile.MULTIPART, hostile.form(10))
    assert (response.status_code, response.headers["Content-Type"]) == (415, "text/plain")


def test_the_door_of_graphql_refuses_multipart_in_its_own_form(db):
    assert codes(send(ADDRESS, hostile.MULTIPART, hostile.form(10))) == (415, ["UNSUPPORTED_MEDIA_TYPE"])


@pytest.mark.parametrize(("size", "status"), [(MAX_FORM_BYTES, 403), (MAX_FORM_BYTES + 1, 413)])
def test_a_page_takes_64_kilobytes(db, size, status):
    assert send(SIGN_IN, hostile.FORM, b"a" * size).status_code == status


@pytest.mark.parametrize(("size", "status"), [("x", 413), ("9" * 5000, 413), ("", 200), ("-1", 200)])
def test_a_length_that_is_none_is_no_server_error(client, db, size, status):
    assert client.generic("POST", SIGN_IN, b"a" * 100_000, hostile.FORM, CONTENT_LENGTH=size).status_code == status


@pytest.mark.parametrize(
    ("address", "status"), [("/api/v1/token", 401), ("/public/graphql", 401), ("/mail/postmark/", 404)]
)
def test_doors_and_reports_take_four_megabytes(db, address, status):
    assert send(address, hostile.JSON, b" " * 4_000_000).status_code == status
    assert send(address, hostile.JSON, b" " * 4_000_001).status_code == 413


@pytest.fixture
def uploads(settings):
    """A site of one view that takes files, and one that says nothing but reads them."""
    settings.ROOT_URLCONF = __name__


def name_files(request):
    return HttpResponse(",".join(request.FILES))


def name_files_unguarded(request):
    request.content_type = "multipart/form-data"
    return name_files(request)


urlpatterns = [
    path("files/", takes_body(of=1_000_000, multipart=True)(name_files)),
    path("unguarded/", name_files_unguarded),
]


def test_a_view_that_says_so_takes_files_up_to_its_own_size(client, uploads):
    assert client.generic("POST", "/files/", hostile.with_file(900_000), hostile.MULTIPART).content == b"f"
    assert client.generic("POST", "/files/", hostile.with_file(1_000_000), hostile.MULTIPART).status_code == 413


def test_files_are_refused_where_no_view_says_so_whoever_reads_them(client, uploads, monkeypatch):
    monkeypatch.setattr("catalog_site.guard.takes_multipart", lambda _: False)
    monkeypatch.setattr("catalog_site.guard.MULTIPART", "none/")
    assert client.generic("POST", "/unguarded/", hostile.with_file(10), hostile.MULTIPART).status_code == 400


# --- Plain http ---


@pytest.fixture
def live(acme):
    return generate_token(acme, scope=Scope.READ_ONLY, by=None, now=timezone.now())


@pytest.fixture
def production(settings):
    settings.SECURE_SSL_REDIRECT = True


def test_the_api_over_plain_http_is_refused_and_says_that_the_token_was_seen(
    db, production, live, django_assert_num_queries
):
    with django_assert_num_queries(0):
        response = Client().get("/api/v1/token", headers={"Authorization": f"Bearer {live.secret}"})
    assert (response.status_code, response.json()["reason"]) == (403, "https_required")
    assert "replace it" in response.json()["detail"]
    assert "WWW-Authenticate" not in response


def test_without_a_token_nothing_was_exposed(db, production):
    assert "exposed" not in Client().get("/api/schema/").json()["detail"]


def test_graphql_over_plain_http_is_refused_in_its_own_form(db, production):
    response = Client().post(ADDRESS, {"query": "{ __typename }"}, hostile.JSON)
    assert codes(response) == (403, ["FORBIDDEN"])
    assert response.json()["errors"][0]["extensions"]["reason"] == "https_required"


def test_a_preflight_over_plain_http_is_refused_so_that_the_browser_sends_no_token(db, production, settings):
    settings.CORS_ALLOWED_ORIGINS = ["https://x.test"]
    headers = {"Origin": "https://x.test", "Access-Control-Request-Method": "GET"}
    assert Client().options("/api/v1/token", headers=headers).status_code == 403


def test_over_https_the_api_answers(db, production, live):
    headers = {"Authorization": f"Bearer {live.secret}"}
    assert Client().get("/api/v1/token", headers=headers, secure=True).status_code == 200


@pytest.mark.parametrize("address", ["/healthz", "/readyz", "/metrics"])
def test_probes_speak_plain_http(db, production, address):
    assert Client().get(address).status_code in {200, 404, 503}


@pytest.mark.parametrize("address", ["/", "/api/docs/", "/api/problems/", "/accounts/login/"])
def test_pages_lead_to_https(db, production, address):
    assert Client().get(address)["Location"].startswith("https://")
