"""What a door with a protocol of its own can say: the client's name, a refusal inside a 200, its form of an answer."""

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.test import Client
from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response

from api.authentication import token_of
from api.doors import DoorView
from api.operations import OPERATIONS, require
from api.problems import Problem
from catalog_site.urls import urlpatterns as of_site
from tests import hostile
from tests.shipped import shipped
from tokens.doors import Door
from tokens.errors import InsufficientScope
from tokens.models import TokenUse
from tokens.scopes import Scope

ADDRESS = "/public/protocol"


class ProtocolView(DoorView):
    """A door whose calls name their client in the address, and whose refusals are 200."""

    door = Door.MCP
    operations = {"GET": "protocol", "POST": "protocol"}
    problem_type = "application/vnd.protocol+json"

    @classmethod
    def problem_body(cls, problem: Problem) -> dict[str, object]:
        return {"code": problem.status, "data": {"reason": problem.reason}}

    def client_name(self, request: HttpRequest) -> str:
        return request.GET.get("client") or super().client_name(request)

    def get(self, request: Request) -> Response:
        try:
            require(token_of(request), "protocol.write")
        except InsufficientScope as error:
            self.note_refusal(error)
        return Response({"client": self.actor(request).client})


urlpatterns = [path(ADDRESS[1:], ProtocolView.as_view()), *of_site]


@pytest.fixture(autouse=True)
def site(settings, monkeypatch):
    settings.ROOT_URLCONF = __name__
    monkeypatch.setitem(OPERATIONS, "protocol", Scope.READ_ONLY)
    monkeypatch.setitem(OPERATIONS, "protocol.write", Scope.READ_WRITE)


def call(live, address=ADDRESS):
    headers = {"Authorization": live.secret, "User-Agent": "node/22"}
    return Client().get(address, headers=headers)


def test_a_refusal_inside_a_200_is_on_record(live):
    response = call(live)
    assert (response.status_code, response["X-Token-Expires-At"]) == (200, live.token.expires_at_text)
    assert list(TokenUse.objects.values_list("door", "reason")) == [("mcp", "insufficient_scope")]


@pytest.mark.parametrize(("query", "name"), [("?client=claude-ai", "claude-ai"), ("", "node 22")])
def test_the_client_is_named_by_the_protocol_or_else_by_the_header(live, query, name):
    assert call(live, ADDRESS + query).json() == {"client": name}
    assert TokenUse.objects.get().client == name


def test_a_refusal_at_the_door_has_the_door_s_form_and_its_headers(db):
    response = Client().get(ADDRESS)
    assert (response.status_code, response["Content-Type"]) == (401, "application/vnd.protocol+json")
    assert response.json() == {"code": 401, "data": {"reason": "missing_token"}}
    assert response["WWW-Authenticate"] == 'Bearer realm="Catalog API"'


def test_middleware_refuses_in_that_form_too(db, settings):
    response = shipped("POST", ADDRESS, b"{}", f"{hostile.JSON}; charset=utf-16")
    assert (response.status_code, response.json()["data"]["reason"]) == (400, "unreadable_content_type")
    settings.SECURE_SSL_REDIRECT = True
    assert Client().get(ADDRESS).json() == {"code": 403, "data": {"reason": "https_required"}}


def test_middleware_refuses_an_address_that_leads_nowhere_as_a_problem(db, settings):
    settings.SECURE_SSL_REDIRECT = True
    assert Client().get("/api/nothing")["Content-Type"] == "application/problem+json"


def test_require_lets_a_token_do_what_its_scope_allows(live):
    require(live.token, "protocol")
    with pytest.raises(InsufficientScope, match="READ_WRITE"):
        require(live.token, "protocol.write")


def test_require_refuses_what_nobody_declared(live):
    with pytest.raises(PermissionDenied):
        require(live.token, "protocol.undeclared")
