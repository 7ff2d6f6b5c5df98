import re
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokens import keys
from tokens.errors import MalformedToken

SCOPES = st.sampled_from(["READ_ONLY", "READ_WRITE"])
REGIONS = st.sampled_from(["eu", "us"])
EXAMPLE = "cat_rw_eu_0123456789AB" + "0123456789abcdefghijklmnopqrstuv"


@given(SCOPES, REGIONS)
def test_a_minted_key_reads_back_as_itself(scope, region):
    key = keys.mint(scope, region)
    assert keys.parse(key.text) == key
    assert (key.scope, key.region, len(key.text)) == (scope, region, 60)


def test_the_published_pattern_finds_a_key_in_text():
    key = keys.mint("READ_ONLY", "eu")
    assert re.findall(keys.TOKEN_PATTERN, f"token={key.text};") == [key.text]


def test_the_checksum_is_crc32_in_base62_most_significant_digit_first():
    number = 0
    for digit in keys.checksum(EXAMPLE):
        number = number * 62 + keys.ALPHABET.index(digit)
    assert number == zlib.crc32(EXAMPLE.encode())


@pytest.mark.parametrize(("body", "expected"), [("", "000000"), ("a", "4GEHKN"), (EXAMPLE, "004XrD")])
def test_known_checksums(body, expected):
    assert keys.checksum(body) == expected


@given(st.integers(0, 59), st.sampled_from(keys.ALPHABET))
def test_one_mistyped_character_is_noticed(place, character):
    text = keys.mint("READ_ONLY", "eu").text
    mistyped = text[:place] + character + text[place + 1 :]
    if mistyped != text:
        with pytest.raises(MalformedToken):
            keys.parse(mistyped)


@given(st.text(max_size=80))
def test_other_text_is_malformed(text):
    with pytest.raises(MalformedToken):
        keys.parse(text)


@pytest.mark.parametrize("change", [lambda t: t[:-1], lambda t: t + "\n", lambda t: " " + t, lambda t: t + "0"])
def test_a_cut_or_padded_key_is_malformed(change):
    with pytest.raises(MalformedToken):
        keys.parse(change(keys.mint("READ_ONLY", "eu").text))


def test_a_key_hides_its_secret_from_repr():
    key = keys.mint("READ_ONLY", "eu")
    assert key.secret not in repr(key)


def test_the_digest_depends_on_secret_and_pepper():
    digests = {keys.digest(secret, pepper) for secret in ("a", "b") for pepper in (b"1" * 32, b"2" * 32)}
    assert len(digests) == 4
    assert {len(digest) for digest in digests} == {32}


def test_the_mask_shows_prefix_and_last_four():
    assert keys.mask("READ_WRITE", "us", "9fKe") == "cat_rw_us_••••••••9fKe"


@given(st.integers(18, 60))
def test_redaction_leaves_no_piece_of_a_cut_off_key(length):
    key = keys.mint("READ_ONLY", "eu")
    assert keys.redact(f"GET /?t={key.text[:length]} x") == "GET /?t=cat_ro_eu_•••••••• x"
