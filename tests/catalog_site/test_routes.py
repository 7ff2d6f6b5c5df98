"""Every address of the site, called in every way: no server error, whatever is sent."""

import time

import pytest
from django.test import Client
from django.urls import resolve

from tests import hostile
from tests.routes import addresses
from tests.shipped import answered, environment

METHODS = ("GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW", "POST")
PROBE = "/readyz"  # 503 is what it says when something is away
SECONDS = 0.1  # of CPU for an answer


def test_the_walk_finds_addresses_that_the_site_answers():
    assert {"/accounts/login/", "/admin/accounts/user/1/change/", "/api/v1/token", "/healthz"} <= set(addresses())
    for address in addresses():
        resolve(address)


@pytest.mark.parametrize("who", [None, *(pytest.param(who, marks=pytest.mark.long) for who in ("ada", "olga"))])
def test_no_method_is_a_server_error_on_any_route(db, who, request):
    client = Client(raise_request_exception=False)
    for address in set(addresses()) - {PROBE}:
        if who:  # again for each address: some of them sign out
            client.force_login(request.getfixturevalue(who))
        statuses = {method: client.generic(method, address).status_code for method in METHODS}
        assert max(statuses.values()) < 500, (address, statuses)


WHOLE = [pytest.param(method, 1, marks=pytest.mark.long) for method in ("POST", "GET", "OPTIONS", "PUT")]


@pytest.mark.parametrize(("method", "shares"), [("POST", 16), *WHOLE])
def test_a_content_type_is_no_server_error_and_no_work_on_any_route(db, method, shares):
    """In shares: of each sixteen of them, every route gets another one than its neighbours."""
    body = hostile.form(100_000)
    for number, address in enumerate(sorted(set(addresses()) - {PROBE})):
        for content_type in hostile.CONTENT_TYPES[number % shares :: shares]:
            sent = (method, f"{address}?a=b", body, content_type)
            status, seconds = cost(*sent)
            assert status < 500, (address, content_type[:80])
            assert min([seconds, *(cost(*sent)[1] for _ in range(4) if seconds > SECONDS)]) <= SECONDS, content_type[
                :80
            ]


def cost(method, address, body, content_type):
    """The status, and the CPU seconds of the answer."""
    environ = environment(method, address, body, content_type, cookie=f"catalog-csrf={'a' * 32}")
    begun = time.thread_time()
    status = answered(environ).status_code
    return status, time.thread_time() - begun
