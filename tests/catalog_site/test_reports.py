"""What the page of DEBUG, and the report as text, show of a request that held a token."""

from typing import Any

import pytest
from django.core.exceptions import BadRequest
from django.test import Client
from django.urls import path

from api.rest.views import OwnTokenView
from tokens import keys

VALUE = keys.mint("READ_ONLY", "eu").text
SECRET = VALUE[22:54]
PLACES: dict[str, dict[str, Any]] = {
    "header": {"headers": {"Authorization": f"Bearer {VALUE}"}},
    "another header": {"headers": {"X-Pasted": VALUE, "Referer": f"http://127.0.0.1/?t={VALUE}"}},
    "cookies": {"headers": {"Cookie": f"catalog-session={VALUE}; own={VALUE}"}},
    "query": {"query_params": {"token": VALUE}},
    "form": {"data": f"token={VALUE}", "content_type": "application/x-www-form-urlencoded"},
    "body": {"data": f'{{"a long enough body": "{VALUE}"}}', "content_type": "application/json"},
}


def breaks(request):
    body, form, meta, cookies = request.body, request.POST, request.META, [request.COOKIES]
    lines = {"body": [body] * 2, "words": body.decode().split("=")}
    raise ValueError(request.get_full_path(), len(body), form, len(meta), len(cookies), len(lines))


def refuses(request):
    held = request.headers.get("Authorization", "")
    raise BadRequest(f"no {held}")


urlpatterns = [path("breaks/", breaks), path("refuses/", refuses), path("door/", OwnTokenView.as_view())]


@pytest.fixture
def report(settings):
    """The report of a POST, as a browser or a program gets it."""
    settings.DEBUG, settings.ROOT_URLCONF = True, __name__

    def get(address, accept, *, headers=None, **request):
        client = Client(raise_request_exception=False)
        response = client.generic("POST", address, headers={"Accept": accept} | (headers or {}), **request)
        return response.status_code, response.content.decode()

    return get


@pytest.mark.parametrize("accept", ["text/html", "text/plain"])
@pytest.mark.parametrize("place", PLACES)
def test_no_report_shows_a_token(db, report, accept, place):
    status, text = report("/breaks/", accept, **PLACES[place])
    assert status == 500
    assert "ValueError" in text
    assert SECRET[:8] not in text


def test_nor_does_that_of_a_bad_request(db, report):
    status, text = report("/refuses/", "text/html", headers=PLACES["header"]["headers"])
    assert (status, SECRET[:8] in text) == (400, False)


def test_nor_does_that_of_a_check_that_broke(db, report, monkeypatch):
    monkeypatch.setattr("tokens.authentication.look_up", None)
    client = Client(raise_request_exception=False)
    response = client.get("/door/", headers={"Authorization": f"Bearer {VALUE}"})
    assert response.status_code == 500
    assert SECRET[:8] not in response.content.decode()


def test_cookies_and_addresses_with_passwords_are_hidden(db, report, settings):
    settings.REDIS_URL = settings.CELERY_BROKER_URL = "redis://:hunter2@broker/0"
    _, text = report("/breaks/", "text/html", headers={"Cookie": "catalog-session=abcdefgh; other=ijklmnop"})
    assert [word for word in ("hunter2", "abcdefgh", "ijklmnop") if word in text] == []
