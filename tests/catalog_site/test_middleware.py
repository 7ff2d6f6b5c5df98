"""What stands between the server and the views: of pages, of the API's doors, and the line that is written of each."""

import pytest
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpResponse
from django.test import Client
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from catalog_site.middleware import PageMethods


@pytest.fixture
def sessions(monkeypatch):
    """The cookies of whose sessions somebody asked."""
    asked = []
    monkeypatch.setattr("catalog_site.middleware.SessionMiddleware.process_request", lambda _, r: asked.append(r.path))
    return asked


@pytest.mark.parametrize("address", ["/api/v1/token", "/api/v1/nope", "/api/schema/"])
def test_no_page_s_middleware_handles_a_program_s_call(db, sessions, address):
    response = Client().get(address, headers={"Cookie": "catalog-session=stolen"})
    assert sessions == []
    assert not response.cookies
    assert response["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("address", ["/api/docs/", "/api/problems/", "/accounts/login/", "/apis/"])
def test_pages_have_sessions_and_their_own_policy(db, address):
    response = Client().get(address)
    assert "default-src 'self'" in response["Content-Security-Policy"]
    assert response.wsgi_request.session is not None
    assert hasattr(response.wsgi_request, "user")


def test_a_request_is_one_line_with_the_address_that_the_proxies_vouch_for(db, settings):
    settings.TRUSTED_PROXY_COUNT = 1
    hostile = {"X-Forwarded-For": "198.51.100.1, 192.0.2.7", "X-Real-IP": "198.51.100.2", "User-Agent": "curl/8.5"}
    with capture_logs(processors=[merge_contextvars]) as lines:
        Client().get("/api/v1/token?token=x", headers=hostile)
    line = next(line for line in lines if line["log_level"] != "debug")
    assert (line["event"], line["code"], line["request"]) == ("request_finished", 401, "GET /api/v1/token?token=x")
    assert (line["ip"], line["user_agent"]) == ("192.0.2.7", "curl/8.5")


def fail(execute, sql, params, many, context):
    raise OperationalError("the server is away\nLINE 1: SELECT 'a secret'")


def test_a_page_whose_database_does_not_answer_says_so_in_one_line_of_the_log(signed_in, ada, caplog):
    browser = signed_in(ada)
    with connection.execute_wrapper(fail):
        response = browser.get("/settings/api/")
    assert (response.status_code, response["Retry-After"], response["Cache-Control"]) == (503, "5", "no-store")
    assert "The database does not answer right now." in response.text
    said = [record for record in caplog.records if "database_away" in record.message]
    assert [record.getMessage() for record in said] == ["database_away error=OperationalError: the server is away"]
    assert not any(record.exc_info for record in caplog.records)


def test_a_session_that_cannot_be_saved_is_no_server_error(db, monkeypatch, client):
    def process_response(*args):
        raise InterfaceError

    monkeypatch.setattr("catalog_site.middleware.SessionMiddleware.process_response", process_response)
    assert client.get("/accounts/login/").status_code == 503


def test_a_developer_sees_the_traceback(signed_in, ada, settings):
    settings.DEBUG = True
    browser = signed_in(ada)
    browser.raise_request_exception = False
    with connection.execute_wrapper(fail):
        assert browser.get("/settings/api/").status_code == 500


def test_a_refusal_of_a_library_s_own_that_names_no_methods_stays_as_it_is(rf):
    refused = HttpResponse("not so", status=405)
    request = rf.get("/accounts/2fa/", headers={"Accept": "text/html"})
    assert PageMethods(lambda _: refused)(request) is refused
