import pytest
from django.conf import settings as site

from assistant import checks


def found(check):
    return [message.id for message in check(None)]


def test_a_key_without_a_model_is_a_warning(settings):
    assert found(checks.a_key_opens_a_model) == []
    settings.ASSISTANT_API_KEY = "key"
    assert found(checks.a_key_opens_a_model) == ["assistant.W001"]
    settings.ASSISTANT_MODEL = "openai:any"
    assert found(checks.a_key_opens_a_model) == []


@pytest.mark.parametrize(("days", "said"), [(0, []), (30, []), (31, ["assistant.W002"])])
def test_exchanges_that_are_kept_for_longer_than_a_month_are_a_warning(settings, days, said):
    settings.ASSISTANT_TRACE_DAYS = days
    assert found(checks.exchanges_are_forgotten) == said


def test_libraries_that_are_missing_are_named(settings, monkeypatch):
    monkeypatch.setattr(checks, "find_spec", lambda name: None if name == "anthropic" else object())
    assert found(checks.the_libraries_are_here) == []
    settings.ASSISTANT_MODEL = "openai:any"
    assert found(checks.the_libraries_are_here) == []
    settings.ASSISTANT_MODEL = "anthropic:any"
    [message] = checks.the_libraries_are_here(None)
    assert (message.id, "anthropic" in message.msg) == ("assistant.W003", True)


def test_the_site_of_the_tests_has_no_model():
    assert site.ASSISTANT_MODEL == ""
