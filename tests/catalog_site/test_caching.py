"""What signed-in people see is kept by no cache and no Back button; what everybody may see is left alone."""

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.addresses import addresses
from tests.factories import PASSWORD

# Those that end the session, or that stand behind a door to which no session belongs.
LEFT_OUT = {
    "/accounts/logout/",
    "/admin/logout/",
    "/api/v1/token",
    "/api/schema/",
    "/api/",
    "/public/",
    "/public/graphql",
}
PLAIN = {"/healthz", "/readyz", "/metrics", "/mail/one/"}  # they ask for nobody


@pytest.mark.parametrize("who", ["ada", "carol", "eve", "olga"])
def test_no_answer_to_somebody_who_is_signed_in_is_kept(signed_in, request, issued, who):
    client = signed_in(request.getfixturevalue(who))
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    for address in addresses():
        if address in LEFT_OUT | PLAIN:
            continue
        answer = client.get(address)
        page = "text/html" in answer.get("Content-Type", "") and answer.content
        assert "no-store" in answer.get("Cache-Control", "") or not page, address


@pytest.mark.parametrize("who", ["ada", "olga"])
def test_nor_is_an_error_page_an_answer_to_a_form_or_a_file(signed_in, request, issued, who):
    client = signed_in(request.getfixturevalue(who))
    answers = [client.get("/nothing-here/"), client.get("/settings/api/history.csv")]
    answers += [client.post("/accounts/password/change/", {}), client.get("/admin/")]
    assert ["no-store" in answer["Cache-Control"] for answer in answers] == [True] * len(answers)


def test_the_pages_of_the_second_factor_are_not_kept(signed_in, carol):
    client = signed_in(carol)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    activating = client.get("/accounts/2fa/totp/activate/")
    assert (activating.status_code, "no-store" in activating["Cache-Control"]) == (200, True)


def test_recovery_codes_are_downloaded_as_a_file_that_nobody_keeps(signed_in, carol):
    codes = RecoveryCodes.activate(carol).get_unused_codes()
    client = signed_in(carol)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    file = client.get("/accounts/2fa/recovery-codes/download/")
    assert codes[0] in file.content.decode()
    assert file["Content-Disposition"].startswith("attachment;")
    assert "no-store" in file["Cache-Control"]


@pytest.mark.parametrize("address", ["/static/catalog.js", "/healthz", "/accounts/email/"])
def test_what_says_nothing_of_a_person_asks_for_no_session(signed_in, ada, address):
    client = signed_in(ada)
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address)
    assert len(queries) == 0
    assert "Cookie" not in answer.get("Vary", "")
