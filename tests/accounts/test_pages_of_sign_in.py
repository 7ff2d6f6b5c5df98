"""The pages of allauth as this house has them, and those for what was too often or by the wrong way."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.core.cache import cache

from tests.addresses import addresses
from tests.factories import PASSWORD

# What allauth says on its own pages, and nobody here calls it.
FOREIGN = re.compile(
    r"Two-Factor|Security Key|Deactivate|Reset My Password|Master key|reauthenticate to safeguard|Sign Out"
)
HTML = {"Accept": "text/html,application/xhtml+xml"}


@pytest.fixture(autouse=True)
def forget_attempts(db):
    cache.clear()


@pytest.fixture
def browser(client, ada):
    """Ada's, who has just given her password, and has an authenticator app and recovery codes."""
    client.post("/accounts/login/", {"login": ada.email, "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    Authenticator.objects.create(user=ada, type="totp", data={"secret": "GEZDGNBVGY3TQOJQ"})
    RecoveryCodes.activate(ada)
    return client


@pytest.mark.parametrize(
    "address",
    [
        "password/change/",
        "2fa/",
        "2fa/totp/deactivate/",
        "2fa/webauthn/",
        "2fa/webauthn/add/",
        "2fa/recovery-codes/",
        "2fa/recovery-codes/generate/",
        "reauthenticate/",
        "2fa/reauthenticate/",
        "logout/",
    ],
)
def test_pages_for_who_is_signed_in_speak_the_words_of_the_house(browser, address):
    page = browser.get(f"/accounts/{address}")
    assert page.status_code == 200
    assert FOREIGN.search(page.content.decode()) is None


@pytest.mark.parametrize("address", ["login/", "password/reset/", "password/reset/done/", "inactive/"])
def test_pages_of_the_entrance_do_so_too(client, address):
    assert FOREIGN.search(client.get(f"/accounts/{address}").content.decode()) is None


@pytest.mark.parametrize(
    "address",
    [
        "signup/",
        "email/",
        "confirm-email/",
        "confirm-email/x/",
        "login/code/confirm/",
        "password/set/",
        "reauthenticate/code/",
        "reauthenticate/code/confirm/",
    ],
)
def test_pages_that_nobody_needs_are_closed(browser, address):
    assert browser.get(f"/accounts/{address}").headers["Location"] == "/"


@pytest.mark.parametrize("who", ["browser", "client"])
def test_no_address_answers_with_a_page_of_the_library_s_own(request, who):
    client = request.getfixturevalue(who)
    answers = {address: client.get(address, follow=True) for address in addresses("/accounts/")}
    origins = {(where, str(part.origin)) for where, answer in answers.items() for part in answer.templates}
    assert {
        where for where, origin in origins if "site-packages/allauth" in origin and origin.endswith("html")
    } == set()
    assert {answer.status_code for answer in answers.values()} <= {200, 404, 405}


def test_where_a_code_is_asked_for_recovery_codes_are_named_and_work(client, browser, ada):
    code = RecoveryCodes(Authenticator.objects.get(type="recovery_codes")).get_unused_codes()[0]
    assert "A recovery code works here, too" in browser.get("/accounts/2fa/reauthenticate/").content.decode()
    client.logout()
    step = client.post("/accounts/login/", {"login": ada.email, "password": PASSWORD}, follow=True)
    assert "A recovery code works here, too" in step.content.decode()
    wrong = client.post("/accounts/2fa/authenticate/", {"code": "1"})
    assert "That code is not right." in wrong.content.decode()
    assert client.post("/accounts/2fa/authenticate/", {"code": code}).headers["Location"] == "/"


@pytest.mark.parametrize(
    "credential",
    [
        '{"id": 1}',
        '{"id": "x", "rawId": "x", "response": 1}',
        "1",
        "null",
        "{}",
        "[]",
        "nothing",
        '{"response": {"userHandle": "eA"}}',
    ],
)
def test_a_passkey_that_nobody_has_is_a_sentence(client, credential):
    answer = client.post("/accounts/2fa/webauthn/login/", {"credential": credential}, follow=True)
    assert answer.redirect_chain == [("/accounts/login/", 302)]
    said = [str(message) for message in answer.context["messages"]]
    assert said
    assert "Incorrect code" not in said[0]


@pytest.mark.parametrize("credential", ['{"id": 1}', "[]", "7", '{"id": "x", "rawId": "x", "response": {}}'])
def test_what_is_no_passkey_is_not_added(browser, credential):
    answer = browser.post("/accounts/2fa/webauthn/add/", {"name": "x", "credential": credential})
    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert not Authenticator.objects.filter(type="webauthn").exists()


# --- Too often, or by the wrong way ----------------------------------------------------------------


def test_what_was_too_often_is_a_page_that_leads_on(browser):
    answers = [browser.post("/accounts/reauthenticate/", {"password": "wrong"}) for _ in range(11)]
    assert (answers[-1].status_code, answers[-1].headers["Retry-After"]) == (429, "60")
    page = answers[-1].content.decode()
    assert "Nothing was done. Wait a minute, then try again." in page
    assert 'href="/accounts/reauthenticate/"' in page


@pytest.mark.parametrize("who", ["ada", None])
def test_a_page_by_the_wrong_way_is_a_page_that_leads_on(client, request, who):
    if who:
        client.force_login(request.getfixturevalue(who))
    answer = client.post("/settings/activity/", headers=HTML)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD")
    assert "This page cannot be opened like that" in answer.content.decode()
    assert 'href="/"' in answer.content.decode()


def test_who_reads_no_html_and_a_program_at_a_door_get_no_page(client, issued):
    assert client.post("/settings/activity/").content == b""
    refused = client.put("/api/v1/token", headers=HTML | {"Authorization": f"Bearer {issued.secret}"})
    assert (refused.status_code, refused.headers["Content-Type"]) == (405, "application/problem+json")
