"""A body that comes late: the token is checked again when all of it is there."""

import io
import json

import pytest
from django.test import RequestFactory
from django.utils import timezone

from accounts.services import suspend_account
from api import doors, throttling
from api.graphql.views import GraphQLView
from catalog.models import Source
from tests.api.graphql.asking import ADDRESS
from tests.api.graphql.mutating import document
from tokens import ledger
from tokens.models import TokenUse
from tokens.scopes import Scope
from tokens.services import generate_token, revoke_token

BODY = json.dumps({"query": document("createSource"), "variables": {"data": {"name": "Lake"}}}).encode()


class Held(io.BytesIO):
    """A body, in the middle of which something happens."""

    def __init__(self, happens, body=BODY):
        super().__init__(body)
        self.happens = happens

    def read(self, size=-1):
        self.happens()
        return super().read(size)


@pytest.fixture
def issued(acme):
    return generate_token(acme, scope=Scope.READ_WRITE, by=None, now=timezone.now())


@pytest.fixture
def called(issued, monkeypatch):
    """The answer to a call in the middle of whose body something happens."""

    def call(happens, held=-1.0):
        monkeypatch.setattr(doors, "MAX_SECONDS_UNCHECKED", held)
        request = RequestFactory().post(ADDRESS, BODY, "application/json", HTTP_AUTHORIZATION=issued.secret)
        request = type(request)(request.environ | {"wsgi.input": Held(happens)})
        response = GraphQLView.as_view()(request)
        return response.status_code, json.loads(response.rendered_content), response

    return call


def test_a_token_that_was_revoked_meanwhile_opens_nothing(issued, called):
    status, body, response = called(lambda: revoke_token(issued.token, by=None, now=timezone.now()))
    assert (status, body["errors"][0]["extensions"]["reason"]) == (401, "revoked")
    assert not Source.objects.exists()
    assert "X-Token-Expires-At" not in response
    assert TokenUse.objects.get().reason == "revoked"


def test_nor_does_that_of_an_account_that_was_suspended(acme, called):
    status, body, _ = called(lambda: suspend_account(acme, by=None, now=timezone.now()))
    assert (status, body["errors"][0]["extensions"]["reason"]) == (401, "account_suspended")
    assert not Source.objects.exists()


def test_a_good_token_is_let_in_and_its_call_counts_once(issued, called, monkeypatch):
    counted = []
    monkeypatch.setattr(throttling, "count_call", lambda token, **_: counted.append(token))
    status, body, response = called(lambda: None)
    assert (status, "errors" in body, response["X-Token-Expires-At"]) == (200, False, issued.token.expires_at_text)
    ledger.of_this_process.close()
    assert (len(counted), TokenUse.objects.get().calls) == (1, 1)


def test_a_body_that_is_there_costs_no_second_look(called, monkeypatch):
    again: list[object] = []
    monkeypatch.setattr(doors, "authenticate_again", again.append)
    assert called(lambda: None, held=60.0)[0] == 200
    assert again == []


def test_a_body_that_breaks_off_is_answered_with_a_sentence(called):
    def happens():
        raise TimeoutError

    status, body, _ = called(happens)
    assert (status, body["errors"][0]["extensions"]["code"]) == (408, "REQUEST_TIMEOUT")
    assert "send it again" in body["errors"][0]["message"]
