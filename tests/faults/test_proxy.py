"""The shipped configuration of nginx, with TLS, in front of the shipped server."""

import json
import time

import pytest
from django.utils import timezone

from tests.faults.attackers import IDLE, SLOW_BODY, SLOW_HEAD, attackers, plainly
from tests.faults.programs import PROGRAMS
from tests.faults.proxy import NAME, encrypted, nginx
from tests.faults.test_delivery import wait_for
from tests.processes import gunicorn
from tokens import keys
from tokens.models import TokenUse
from tokens.scopes import Scope
from tokens.services import generate_token

pytestmark = pytest.mark.django_db(transaction=True)

KEY = "1x-abc123-" + "0" * 32
CALENDAR = "/expiries/Ab3dEf7hIj9lMn1pQr5tUv8xYz2bCd4f.ics"
QUERY = json.dumps({"query": "{ getTables { totalCount } }"}).encode()


@pytest.fixture
def value(acme):
    return generate_token(acme, scope=Scope.READ_ONLY, by=None, now=timezone.now()).secret


@pytest.fixture(scope="module")
def site(tmp_path_factory, django_db_setup):
    """Ports for TLS and for plain http, and the proxy's folder."""
    folder = tmp_path_factory.mktemp("site")
    known = {"TRUSTED_PROXY_COUNT": "1", "ALLOWED_HOSTS": f"{NAME},127.0.0.1"}
    with gunicorn(folder, **known) as (port, _), nginx(folder / "nginx", port) as (tls, plain):
        yield tls, plain, folder / "nginx"


def answer(connect, method, path, body=b"", **fields):
    """The head of what is answered, as text."""
    fields = {"Host": NAME, "Connection": "close", "Content-Length": len(body)} | fields
    lines = [f"{method} {path} HTTP/1.1", *(f"{name.replace('_', '-')}: {value}" for name, value in fields.items())]
    with connect() as link:
        link.sendall("\r\n".join([*lines, "", ""]).encode() + body)
        found = b""
        while b"\r\n\r\n" not in found:
            got = link.recv(65536)
            assert got, found
            found += got
    return found.partition(b"\r\n\r\n")[0].decode()


def status(*asked, **fields):
    return int(answer(*asked, **fields).split()[1])


def test_slow_clients_stop_nobody(site, value):
    tls, _, _ = site
    connect, field = encrypted(tls), {"Authorization": f"Bearer {value}"}
    slow = [SLOW_HEAD] * 100 + [SLOW_BODY.replace(b"%b", value.encode())] * 48
    with attackers(plainly(tls), [IDLE] * 150), attackers(encrypted(tls, "127.0.0.9"), slow):
        time.sleep(1)
        for _ in range(5):
            assert status(connect, "GET", "/healthz") == 200
            assert status(connect, "GET", "/api/v1/token", **field) == 200
            assert status(connect, "POST", "/public/graphql", QUERY, Content_Type="application/json", **field) == 200


def test_what_a_client_says_of_its_address_and_of_tls_is_not_believed(site, value):
    tls, _, _ = site
    said = {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "https", "Forwarded": "for=203.0.113.7;proto=https"}
    said |= {"Authorization": f"Bearer {value}"}
    assert status(encrypted(tls, "127.0.0.8"), "GET", "/api/v1/token", X_Forwarded_For="198.51.100.9", **said) == 200
    assert wait_for(TokenUse.objects.exists)
    assert TokenUse.objects.get().last_address == "127.0.0.8"


@pytest.mark.parametrize(
    ("path", "size", "expected"),
    [("/accounts/login/", 65_537, 413), ("/public/graphql", 4_100_000, 413), ("/public/graphql", 4_200_000, 413)],
)
def test_a_body_over_the_limit_is_refused(site, value, path, size, expected):
    tls, _, _ = site
    fields = {"Authorization": f"Bearer {value}", "Content_Type": "application/json"}
    assert status(encrypted(tls), "POST", path, b" " * size, **fields) == expected


@pytest.mark.parametrize("in_chunks", [False, True])
@pytest.mark.parametrize("program", PROGRAMS)
def test_programs_are_answered_and_refused_while_they_send(site, value, program, in_chunks):
    """What is larger than nginx takes, nginx refuses with a page of its own."""
    address, token = f"https://127.0.0.1:{site[0]}/public/graphql", f"Token castor::{value}"
    status, answer = program(address, QUERY, token, in_chunks=in_chunks)
    assert (status, json.loads(answer)) == (200, {"data": {"getTables": {"totalCount": 0}}})
    for length, by_us in ((4_100_000, True), (40_000_000, False)):
        status, answer = program(address, QUERY + b" " * length, token, in_chunks=in_chunks)
        assert (status, "body_too_large" in answer) == (413, by_us), length


@pytest.mark.parametrize("path", ["/readyz", "/metrics"])
def test_what_is_for_alerts_is_not_public(site, path):
    tls, _, _ = site
    assert status(encrypted(tls, "127.0.0.7"), "GET", path) == 403
    assert status(encrypted(tls), "GET", path) in {200, 404, 503}


def test_pages_are_led_to_https_and_programs_are_not(site):
    _, plain, _ = site
    said = answer(plainly(plain), "GET", "/settings/api/?a=b")
    assert f"Location: https://{NAME}/settings/api/?a=b" in said
    assert status(plainly(plain), "GET", "/api/v1/token") in {401, 403}


def test_the_log_shows_no_query_no_token_and_no_key_of_a_link(site):
    tls, _, folder = site
    secret = keys.mint("READ_ONLY", "eu").text
    for path in (
        f"/accounts/password/reset/key/{KEY}/",
        f"/accounts/join/{KEY}",
        CALENDAR,
        CALENDAR.upper(),
        f"/api/v1/{secret}?t={secret}&p=hunter2",
    ):
        status(encrypted(tls), "GET", path, User_Agent=secret)

    def written() -> str:
        return "".join((folder / f"catalog.{name}.log").read_text() for name in ("access", "error"))

    assert wait_for(lambda: written().count("•••") == 10)  # nginx writes a line after it has answered
    for one in (KEY[3:9], secret[22:34], "hunter2", CALENDAR[12:24], CALENDAR.upper()[12:24]):
        assert one not in written()
