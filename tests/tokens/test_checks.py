from tests.factories import NOW
from tokens.checks import no_pepper_is_missing, the_secret_key_is_no_pepper
from tokens.scopes import Scope
from tokens.services import generate_token


def test_a_missing_pepper_is_named(issued, settings):
    assert no_pepper_is_missing(None, databases=["default"]) == []
    settings.TOKEN_PEPPERS = {7: b"7" * 32}
    (finding,) = no_pepper_is_missing(None, databases=["default"])
    assert (finding.id, f"pepper {issued.token.pepper_number}" in finding.msg) == ("tokens.W001", True)


def test_a_pepper_of_expired_tokens_alone_is_not_missed(acme, settings):
    generate_token(acme, scope=Scope.READ_ONLY, by=None, now=NOW.replace(year=2020))
    settings.TOKEN_PEPPERS = {7: b"7" * 32}
    assert no_pepper_is_missing(None, databases=["default"]) == []


def test_the_secret_key_must_not_be_a_pepper(settings):
    assert the_secret_key_is_no_pepper(None) == []
    settings.TOKEN_PEPPERS = {1: settings.SECRET_KEY.encode()}
    assert [finding.id for finding in the_secret_key_is_no_pepper(None)] == ["tokens.E001"]
