import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tokens import keys

LATIN_1 = st.text(st.characters(max_codepoint=255), max_size=300)
PIECES = st.sampled_from(
    ["Bearer ", "Token ", "\x00", "\r\n", ",", "é", "cat_ro_eu_", "=" * 100, " ", keys.mint("READ_ONLY", "eu").text]
)


@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(LATIN_1, st.lists(PIECES, max_size=6).map("".join)))
def test_hostile_headers_are_always_refused_and_never_break(db, client, header):
    response = client.get("/api/v1/token", HTTP_AUTHORIZATION=header)
    assert response.status_code == 401
    assert "\n" not in response["WWW-Authenticate"]


@pytest.mark.parametrize("size", [60, 10_000, 1_000_000])
def test_a_huge_header_is_refused(db, size):
    assert Client().get("/api/v1/token", HTTP_AUTHORIZATION="Bearer " + "a" * size).status_code == 401
