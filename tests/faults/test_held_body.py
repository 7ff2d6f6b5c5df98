"""Half of a write is sent, its token is revoked, and the rest is sent once the revocation has returned."""

import json

import pytest
from django.utils import timezone

from catalog.models import Source
from tests.api.graphql.mutating import document
from tests.faults.attackers import plainly
from tests.processes import gunicorn
from tokens.models import TokenUse
from tokens.scopes import Scope
from tokens.services import generate_token, revoke_token

pytestmark = pytest.mark.django_db(transaction=True)

BODY = json.dumps({"query": document("createSource"), "variables": {"data": {"name": "Lake"}}}).encode()
HEAD = "POST /public/graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nAuthorization: Bearer {}\r\n"
FIELDS = f"Content-Type: application/json\r\nContent-Length: {len(BODY)}\r\n\r\n"


@pytest.mark.parametrize("options", ["", "--worker-class=gthread"], ids=["as shipped", "a thread reads the body"])
def test_what_is_held_back_until_the_token_is_revoked_writes_nothing(options, acme, tmp_path):
    issued = generate_token(acme, scope=Scope.READ_WRITE, by=None, now=timezone.now())
    with gunicorn(tmp_path, GUNICORN_CMD_ARGS=options) as (port, _), plainly(port)() as link:
        link.sendall((HEAD.format(issued.secret) + FIELDS).encode() + BODY[:50])
        assert revoke_token(issued.token, by=None, now=timezone.now())
        link.sendall(BODY[50:])
        assert link.recv(65536).startswith(b"HTTP/1.1 401 ")
    assert not Source.objects.exists()
    assert TokenUse.objects.get().reason == "revoked"
