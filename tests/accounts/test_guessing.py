"""Who guesses is stopped, and nobody else: by network and person, by person, and by known device."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client

from accounts import guessing
from accounts.links import password_link
from tests.factories import PASSWORD

HERS, ANOTHER = "198.51.100.7", "203.0.113.9"
ADA = "ada@acme.test"
NEW = "an entirely different pass phrase"


@pytest.fixture(autouse=True)
def forget_attempts(db):
    cache.clear()


def post(address, password, *, email=ADA, device=None):
    """The answer to somebody new at this address; in a browser of hers, if its cookie is given."""
    client = Client(REMOTE_ADDR=address)
    if device:
        client.cookies["catalog-device"] = device
    return client.post("/accounts/login/", {"login": email, "password": password})


def gets_in(address, password=PASSWORD, **options):
    return post(address, password, **options).status_code == 302


def guess(times, address=ANOTHER, **options):
    for number in range(times):
        assert post(address, f"wrong {number}", **options).status_code == 200


@pytest.fixture
def device(ada):
    """The cookie of a browser in which Ada has signed in."""
    return post(HERS, PASSWORD).cookies["catalog-device"].value


def test_a_hundred_wrong_passwords_from_elsewhere_do_not_lock_her_out(ada):
    guess(100)
    assert gets_in(HERS)


def test_who_guesses_is_told_how_long_to_wait_even_with_the_right_one(ada):
    guess(5)
    answer = post(ANOTHER, PASSWORD)
    assert answer.status_code == 200
    assert "Wait 5 minutes, or set a new password by mail." in answer.content.decode()


def test_beside_the_attacker_she_waits_unless_her_device_is_known(ada, device):
    guess(20)
    assert not gets_in(ANOTHER)
    assert gets_in(ANOTHER, device=device)


def test_many_networks_guess_a_hundred_times_an_hour_and_a_known_device_gets_in(ada, device):
    for number in range(50):
        guess(2, address=f"192.0.2.{number}")
    assert "Wait an hour" in post(HERS, PASSWORD).content.decode()
    assert gets_in(HERS, device=device)


def test_a_network_guesses_ten_times_a_minute_at_whomever(ada, carol, device):
    for number in range(10):
        guess(1, email=f"person{number}@acme.test")
    assert "Wait a minute" in post(ANOTHER, PASSWORD, email="carol@acme.test").content.decode()
    assert gets_in(HERS, email="carol@acme.test")
    assert gets_in(ANOTHER, device=device)


def test_a_known_device_guesses_five_times(ada, device):
    guess(5, device=device)
    assert not gets_in(HERS, device=device)
    assert gets_in(HERS)


def test_a_known_device_is_known_for_its_person_alone(ada, carol, device):
    guess(5, email="carol@acme.test", device=device)
    assert not gets_in(ANOTHER, email="carol@acme.test", device=device)


@pytest.mark.parametrize("change", ["password", "somebody else's", "forged", "torn", "old"])
def test_a_device_that_is_not_known_any_more_is_like_any(ada, carol, device, change, monkeypatch):
    if change == "password":
        ada.set_password(NEW)
        ada.save()
    elif change == "old":
        monkeypatch.setattr("accounts.devices.MAX_DEVICE_AGE", timedelta(seconds=-1))
    device = {
        "forged": device.replace(device[0], "x"),
        "torn": device[:-1],
        "somebody else's": post(HERS, PASSWORD, email="carol@acme.test").cookies["catalog-device"].value,
    }.get(change, device)
    guess(5, device=device)
    assert not gets_in(ANOTHER, NEW if change == "password" else PASSWORD, device=device)


def test_known_and_unknown_addresses_get_the_same_answers(ada):
    def answers(email):
        return [post(ANOTHER, "wrong", email=email).content.decode().replace(email, "") for _ in range(7)]

    def said(pages):
        return [page[page.index('role="alert"') :].split("</div>")[0] for page in pages]

    known, unknown = said(answers(ADA)), said(answers("nobody@acme.test"))
    assert known == unknown
    assert known[0] != known[6]


def test_an_address_in_another_spelling_is_the_same_person(ada):
    for spelling in (ADA, "ADA@acme.test", " ada@Acme.Test ", "Ada@acme.TEST", "aDa@acme.test"):
        guess(1, email=spelling)
    assert not gets_in(ANOTHER)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8::1", "2001:db8::ffff:2", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
        ("nonsense", "", True),
    ],
)
def test_a_network_is_an_ipv4_address_or_half_of_an_ipv6_address(rf, one, other, same):
    networks = [guessing.network(rf.get("/", REMOTE_ADDR=address)) for address in (one, other)]
    assert (networks[0] == networks[1]) is same


def test_right_passwords_are_not_counted(ada):
    for _ in range(12):
        assert gets_in(HERS)


def test_tries_at_the_same_time_are_counted_before_any_is_checked(ada, rf):
    request = rf.post("/accounts/login/", REMOTE_ADDR=ANOTHER)
    request.user = type("Nobody", (), {"is_authenticated": False})()
    for _ in range(5):
        guessing.begin(request, email=ADA)
    with pytest.raises(guessing.TooManyTries):
        guessing.begin(request, email=ADA)


def test_a_new_password_by_mail_ends_the_wait(ada):
    guess(5)
    client = Client(REMOTE_ADDR=ANOTHER)
    form = client.get(password_link(ada), follow=True).request["PATH_INFO"]
    client.post(form, {"password1": NEW, "password2": NEW})
    assert gets_in(ANOTHER, NEW)


def test_guesses_from_elsewhere_do_not_keep_her_from_confirming_her_password(ada, signed_in, monkeypatch):
    monkeypatch.setitem(guessing.RATES, "person", "3/h/key")
    guess(4)
    assert not gets_in(HERS)
    answer = signed_in(ada).post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert answer.status_code == 302


def test_a_stolen_session_guesses_the_password_five_times(ada, signed_in):
    client = signed_in(ada)
    for _ in range(5):
        client.post("/accounts/reauthenticate/", {"password": "wrong"})
    assert "Wait 5 minutes" in client.post("/accounts/reauthenticate/", {"password": PASSWORD}).content.decode()


def test_the_cookie_is_for_the_server_alone_and_outlives_the_session(ada, settings):
    settings.SESSION_COOKIE_SECURE = True
    cookie = post(HERS, PASSWORD).cookies["catalog-device"]
    assert (cookie["httponly"], cookie["secure"], cookie["samesite"], cookie["path"]) == (True, True, "Lax", "/")
    assert cookie["max-age"] == 365 * 24 * 3600
    assert not cookie["domain"]


def test_a_wrong_password_gives_no_cookie_and_signing_out_keeps_it(ada):
    assert "catalog-device" not in post(HERS, "wrong").cookies
    client = Client()
    client.post("/accounts/login/", {"login": ADA, "password": PASSWORD})
    client.post("/accounts/logout/")
    assert client.cookies["catalog-device"].value


def test_fewer_hops_than_were_agreed_are_no_error(ada, settings):
    settings.TRUSTED_PROXY_COUNT = settings.ALLAUTH_TRUSTED_PROXY_COUNT = 2
    client = Client(REMOTE_ADDR=HERS, headers={"X-Forwarded-For": "192.0.2.1"})
    assert client.post("/accounts/login/", {"login": ADA, "password": PASSWORD}).status_code == 302
    assert client.post("/accounts/password/reset/", {"email": ADA}).status_code == 302
