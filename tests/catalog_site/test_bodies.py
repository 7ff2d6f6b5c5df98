"""Bodies in chunks, before the application that gunicorn serves."""

import io
import json

import pytest
from django.utils import timezone

from tests.shipped import answered, environment
from tokens.scopes import Scope
from tokens.services import generate_token

QUERY = json.dumps({"query": "{ getTables { totalCount } }"}).encode()


@pytest.fixture
def live(acme):
    return generate_token(acme, scope=Scope.READ_ONLY, by=None, now=timezone.now())


class Late(io.BytesIO):
    def read(self, *_):
        raise TimeoutError


def in_chunks(body, authorization, *, terminated=True, **more):
    environ = environment("POST", "/public/graphql", body, "application/json", authorization=authorization)
    del environ["CONTENT_LENGTH"]
    return answered(environ | {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": terminated} | more)


@pytest.mark.parametrize("words", ["", "Token ", "Token castor::", "Bearer castor:"])
def test_a_call_in_chunks_is_answered(live, words):
    assert in_chunks(QUERY, words + live.secret).json() == {"data": {"getTables": {"totalCount": 0}}}


def test_a_body_that_is_too_long_is_refused_and_not_read_on(live):
    body = io.BytesIO(b" " * 5_000_000)
    assert in_chunks(b"", live.secret, **{"wsgi.input": body}).status_code == 413
    assert body.tell() == 4_000_001


def test_a_body_that_does_not_come_in_time_is_late(live):
    response = in_chunks(b"", live.secret, **{"wsgi.input": Late()})
    assert (response.status_code, response.json()["errors"][0]["extensions"]["reason"]) == (408, "body_late")


def test_a_server_that_does_not_say_where_a_body_ends_is_not_asked(live):
    assert in_chunks(QUERY, live.secret, terminated=False, **{"wsgi.input": Late()}).status_code == 400
