import pytest

from catalog.errors import InvalidInput
from catalog.models.rows import NAME_LENGTH, TEXT_LENGTH, URL_LENGTH
from catalog.rules.values import check_optional, check_required, check_url

LONG_URL = "https://acme.test/" + "a" * (URL_LENGTH - 18)


@pytest.mark.parametrize("text", ["orders", "🦉" * NAME_LENGTH])
def test_a_required_text_may_be_as_long_as_a_name(text):
    check_required("name", text)


@pytest.mark.parametrize("text", [None, "", " \t\n\u3000", "a" * (NAME_LENGTH + 1)])
def test_a_required_text_is_neither_missing_nor_blank_nor_too_long(text):
    with pytest.raises(InvalidInput, match=r"^externalId may"):
        check_required("externalId", text)


@pytest.mark.parametrize("text", [None, "", "a" * TEXT_LENGTH])
def test_an_optional_text_may_be_missing(text):
    check_optional("description", text)


def test_an_optional_text_has_a_limit_that_the_error_tells():
    with pytest.raises(InvalidInput, match="at most 100,000 characters, not 100,001"):
        check_optional("description", "a" * (TEXT_LENGTH + 1))


@pytest.mark.parametrize("url", [None, "https://acme.test", "HTTP://localhost:8080/a b?c=ä#d", LONG_URL])
def test_addresses_of_the_web_are_taken(url):
    check_url("url", url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "acme.test/orders",
        "javascript:alert(1)",
        " https://acme.test",
        "java\nscript:alert(1)",
        "data:text/html,hello",
        "https:///orders",
        "https://",
        "https://acme.test/a\tb",
        "https://acme.test/\x00",
        "https://acme.test/\x85",
        LONG_URL + "a",
    ],
)
def test_other_addresses_are_refused(url):
    with pytest.raises(InvalidInput, match=r"^url m"):
        check_url("url", url)
