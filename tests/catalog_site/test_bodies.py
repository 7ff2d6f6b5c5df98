"""Bodies in chunks, before the application that gunicorn serves."""

import io
import json
from urllib.parse import urlencode

import pytest
from django.utils import timezone

from tests.factories import PASSWORD
from tests.shipped import answered, environment, in_chunks
from tokens.scopes import Scope
from tokens.services import generate_token

QUERY = json.dumps({"query": "{ getTables { totalCount } }"}).encode()


@pytest.fixture
def live(acme):
    return generate_token(acme, scope=Scope.READ_ONLY, by=None, now=timezone.now())


class Late(io.BytesIO):
    def read(self, *_):
        raise TimeoutError


def call(body, authorization, **more):
    environ = environment("POST", "/public/graphql", body, "application/json", authorization=authorization)
    return answered(in_chunks(environ) | more)


@pytest.mark.parametrize("words", ["", "Token ", "Token castor::", "Bearer castor:"])
def test_a_call_in_chunks_is_answered(live, words):
    assert call(QUERY, words + live.secret).json() == {"data": {"getTables": {"totalCount": 0}}}


def test_a_body_that_is_too_long_is_refused_and_not_read_on(live):
    body = io.BytesIO(b" " * 5_000_000)
    assert call(b"", live.secret, **{"wsgi.input": body}).status_code == 413
    assert body.tell() == 4_000_001


def test_a_body_that_does_not_come_in_time_is_late(live):
    response = call(b"", live.secret, **{"wsgi.input": Late()})
    assert (response.status_code, response.json()["errors"][0]["extensions"]["reason"]) == (408, "body_late")


def test_a_server_that_does_not_say_where_a_body_ends_is_not_asked(live):
    assert call(QUERY, live.secret, **{"wsgi.input_terminated": False, "wsgi.input": Late()}).status_code == 400


def test_a_form_in_chunks_is_read(ada):
    form = {"login": ada.email, "password": PASSWORD, "csrfmiddlewaretoken": "a" * 32}
    kind, cookie = "application/x-www-form-urlencoded", f"catalog-csrf={'a' * 32}"
    environ = environment("POST", "/accounts/login/", urlencode(form).encode(), kind, cookie=cookie)
    assert answered(in_chunks(environ)).status_code == 302
