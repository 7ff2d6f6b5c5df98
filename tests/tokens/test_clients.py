import string

import pytest

from tokens import keys
from tokens.clients import MAX_CLIENT_LENGTH, client_name


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        ("python-requests/2.32", "python-requests 2.32"),
        ("Mozilla/5.0 (X11; Linux x86_64)", "Mozilla 5.0"),
        ("curl", "curl"),
        ("", ""),
        ("cat_ro_eu_" + "a1B2" * 13, "cat_ro_eu_"),
        ("<script>", ""),
        ("\x00", ""),
        ("=cmd()", ""),
        ("a" * 65536, "a" * 60),
    ],
)
def test_a_client_is_the_first_product_with_its_version(user_agent, name):
    assert client_name(user_agent) == name


ENGINE = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:141.0) Gecko/20100101 Firefox/141.0", "Firefox 141"),
        (f"Mozilla/5.0 (Windows NT 10.0) {ENGINE} Chrome/138.0.0.0 Safari/537.36", "Chrome 138"),
        (f"Mozilla/5.0 (Windows NT 10.0) {ENGINE} Chrome/138.0.0.0 Safari/537.36 Edg/138.0.0.0", "Edge 138"),
        (f"Mozilla/5.0 (X11) {ENGINE} Chrome/135.0.0.0 Safari/537.36 OPR/120.0.0.0", "Opera 120"),
        (
            f"Mozilla/5.0 (Linux; Android) {ENGINE} SamsungBrowser/28.0 Chrome/130.0 Mobile Safari/537.36",
            "Samsung Internet 28",
        ),
        (f"Mozilla/5.0 (X11) {ENGINE} HeadlessChrome/138.0 Safari/537.36", "Chrome 138"),
        ("Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15", "Safari 18"),
        (
            "Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
            "Safari 18",
        ),
        ("Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 (KHTML) FxiOS/141.0 Mobile/15E148 Safari/605.1.15", "Firefox 141"),
        ("Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 (KHTML) CriOS/138.0 Mobile/15E148 Safari/604.1", "Chrome 138"),
        ("Mozilla/5.0 (compatible; Spider/2.1)", "Mozilla 5.0"),
        ("Mozilla/5.0 Firefox/", "Mozilla 5.0"),
        ("Mozilla/5.0 Firefox/141<script>", "Firefox 141"),
        ("Mozilla/5.0 Firefox/１４１", "Mozilla 5.0"),
        ("Mozilla/5.0 Firefox/" + "9" * 60_000, "Firefox 9999"),
        ("Mozilla/5.0" + " x" * 600 + " Firefox/141", "Mozilla 5.0"),
        ("Mozilla/5.0 Version/" + "1." * 480, "Mozilla 5.0"),
        ("python-requests/2.32 Firefox/141.0", "python-requests 2.32"),
        ("Firefox/140.0 (X11)", "Firefox 140.0"),
    ],
)
def test_a_browser_is_called_by_its_name_and_major_version(user_agent, name):
    assert client_name(user_agent) == name


def test_a_token_behind_the_name_of_a_browser_is_not_kept():
    value = keys.mint("READ_ONLY", "eu").text
    assert client_name(f"Mozilla/5.0 {value} Firefox/{value} Firefox/141") == "Firefox 141"


def test_the_name_that_an_operator_gave_wins():
    assert client_name("python-requests/2.32", "nightly-upload") == "nightly-upload"
    assert client_name("", " \tnightly.upload_2 ") == "nightly.upload_2"


@pytest.mark.parametrize(
    "given",
    [
        "",
        " ",
        "-",
        ".hidden",
        "two words",
        "a,b",
        "a/1",
        "été",
        "a\x00",
        "a\nb",
        "a" * 61,
        "a" * 65536,
        "=cmd()",
        "<b>",
    ],
)
def test_a_malformed_name_falls_back_to_the_product(given):
    assert client_name("curl/8.5", given) == "curl 8.5"
    assert client_name("", given) == ""


def test_a_name_of_sixty_characters_is_taken_whole():
    assert client_name("curl/8.5", "a" * 60) == "a" * 60


@pytest.mark.parametrize("place", ["product", "name", "version", "behind"])
def test_a_token_put_there_by_mistake_is_cut_to_its_prefix(place):
    value = keys.mint("READ_ONLY", "eu").text
    agents = {"product": value, "name": "curl/8.5", "version": f"curl/{value}", "behind": f"curl/8.5 ({value})"}
    name = client_name(agents[place], value)
    assert name in {"cat_ro_eu_", "curl cat_ro_eu_", "curl 8.5"}
    assert value[10:18] not in name


HOSTILE = [
    "<script>alert(1)</script>",
    "</bdi><img src=x>",
    '"><b>',
    "=HYPERLINK(1)",
    "@SUM(1)",
    "curl<b>",
    "\u202egnp.exe",
    "x\u0000y",
    "\r\nX: 1",
    "{{ 7*7 }}",
    "\x1b[31mred",
    "＝cmd",
    "\ud800",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_strings_lose_what_makes_them_so(text):
    for name in (client_name(text), client_name("", text)):
        assert set(name) <= set("!#$%&'*+.^_`|~- ").union(string.ascii_letters, string.digits)


@pytest.mark.parametrize("length", [61, 1000, 65536])
def test_whatever_is_sent_a_name_has_room_in_its_column(length):
    assert len(client_name("p" * length + "/" + "9" * length, "g" * length)) <= MAX_CLIENT_LENGTH
    assert len(client_name("p" * 60 + "/" + "9" * 19)) == MAX_CLIENT_LENGTH
