"""Who calls: what a client says of itself, cleaned, and the tag by which it is known later."""

import pytest
from django.core import signing

from api.mcp.clients import SALT, Tag, name_of, read_tag, tag
from tokens import keys

TOKEN = keys.mint("READ_ONLY", "eu").text
IN_A_URL = TOKEN.replace("_", "%5F")


@pytest.mark.parametrize(
    ("name", "version", "expected"),
    [
        ("claude-ai (via mcp-remote 0.15.1)", "0.1.0", "claude-ai (via mcp-remote 0.15.1) 0.1"),
        ("mcp", "0.1.0", "mcp 0.1"),
        ("fastmcp", "4.2.3", "fastmcp 4.2"),
        ("@acme/agent", "v3", "@acme/agent 3"),
        ("mcp-remote-fallback-test", "0.0.0", "mcp-remote"),
        ("no version", None, "no version"),
        ("odd version", "beta", "odd version"),
        ("a\nb\0c", "1", "abc 1"),
        ("<script>alert(1)</script>", "1.0", "scriptalert(1)/script 1.0"),
        ("  many   blanks ", "", "many blanks"),
        ("é", "1.0", ""),
        ("", "1.0", ""),
        (5, "1.0", ""),
        ("x" * 500, "1.2.3", f"{'x' * 60} 1.2"),
    ],
)
def test_a_client_is_called_by_its_name_and_the_beginning_of_its_version(name, version, expected):
    assert name_of({"name": name, "version": version}) == expected


@pytest.mark.parametrize(
    "name",
    [TOKEN, f"agent {TOKEN}", TOKEN[:-20], f"{TOKEN[:20]}\n{TOKEN[20:]}", f"{TOKEN[:11]}é{TOKEN[11:]}", IN_A_URL],
    ids=["whole", "behind a word", "beginning", "with a new line", "with an accent", "out of a URL"],
)
def test_no_piece_of_a_token_becomes_a_name(name):
    said = name_of({"name": name, "version": TOKEN})
    assert said.replace("5F", "_").startswith(("cat_ro_eu_", "agent cat_ro_eu_"))
    assert TOKEN[10:18] not in said
    assert TOKEN[-8:] not in said


def test_a_tag_says_what_it_was_made_of():
    assert read_tag(tag("claude-ai 0.1", "2025-06-18")) == Tag("claude-ai 0.1", "2025-06-18")


@pytest.mark.parametrize(
    "text",
    ["", "x", "a:b:c", "é", "x" * 5_000, signing.dumps(["evil", "1", ""], salt="other"), signing.dumps(5, salt=SALT)],
    ids=["empty", "short", "of three parts", "not ASCII", "long", "for another use", "no list"],
)
def test_a_tag_that_is_not_ours_says_nothing(text):
    assert read_tag(text) == Tag()


def test_a_tag_that_was_changed_says_nothing():
    good = tag("claude-ai 0.1", "2025-06-18")
    assert read_tag(f"{good[:-1]}{'a' if good[-1] != 'a' else 'b'}") == Tag()
