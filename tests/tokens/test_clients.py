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
