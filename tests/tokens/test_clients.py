import pytest

from tokens.clients import client_name


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
