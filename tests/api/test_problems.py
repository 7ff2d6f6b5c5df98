"""Answers as values, before any door has given them its form."""

import json
from dataclasses import FrozenInstanceError
from datetime import UTC, datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import InterfaceError
from django.http import Http404
from rest_framework.exceptions import MethodNotAllowed

from api.problems import PROBLEMS, Problem, explain, problem
from tests.factories import NOW
from tokens import errors


def explained(error: Exception) -> Problem:
    told = explain(error)
    assert told is not None
    return told


def test_a_problem_cannot_be_changed():
    told = problem("not_found", detail="There is nothing here.")
    with pytest.raises(FrozenInstanceError):
        told.status = 200  # type: ignore[misc]


def test_facts_are_json_s_own_types(issued):
    told = explained(errors.TokenReplaced(issued.token, at=NOW, replaced_by="cat_ro_eu_••••abcd"))
    assert json.loads(json.dumps(told.document)) == told.document
    assert datetime.fromisoformat(told.facts["at"]) == NOW


def test_a_challenge_is_ascii_and_carries_the_facts(issued):
    told = explained(errors.TokenReplaced(issued.token, at=datetime(2026, 1, 1, tzinfo=UTC), replaced_by="ro_••"))
    challenge = told.headers["WWW-Authenticate"]
    assert challenge.isascii()
    assert 'reason="replaced", at="2026-01-01T00:00:00Z", replaced_by="ro_**"' in challenge


REFUSALS = [
    errors.MalformedToken, errors.WrongRegion, errors.UnknownToken, *errors.TokenEnded.__subclasses__(),
    errors.AccountSuspended, errors.McpOff, errors.InsufficientScope, errors.TooManyRequests,
]  # fmt: skip


@pytest.mark.parametrize("error", REFUSALS)
def test_a_problem_with_a_token_has_the_title_of_its_error(error):
    assert PROBLEMS[error.code].title == error.title


@pytest.mark.parametrize("reason", PROBLEMS)
def test_a_challenge_is_part_of_what_is_about_the_token_and_of_nothing_else(reason):
    told = problem(reason, detail="x")
    assert ("WWW-Authenticate" in told.headers) == (told.status == 401 or reason == "insufficient_scope")


def test_too_many_requests_say_when_to_come_back_and_what_the_limit_is(issued):
    told = explained(errors.TooManyRequests(issued.token, limit=100, wait=7))
    assert (told.status, told.facts) == (429, {"retry_after": 7})
    assert told.headers == {
        "Retry-After": "7",
        "RateLimit-Reset": "7",
        "RateLimit-Limit": "100",
        "RateLimit-Remaining": "0",
        "RateLimit-Policy": "100;w=60",
    }


@pytest.mark.parametrize(
    ("error", "reason"),
    [(Http404(), "not_found"), (PermissionDenied(), "forbidden"), (InterfaceError(), "unavailable")],
)
def test_errors_of_django_have_a_reason_too(error, reason):
    told = explained(error)
    assert (told.reason, told.headers.get("Retry-After")) == (reason, "5" if reason == "unavailable" else None)


def test_what_http_alone_says_has_no_reason_and_no_page_of_ours(db):
    told = explained(MethodNotAllowed("PUT"))
    assert told.document == {
        "type": "about:blank",
        "title": "Method Not Allowed",
        "status": 405,
        "detail": 'Method "PUT" not allowed.',
    }


def test_what_nobody_foresaw_is_not_explained():
    assert explain(ValueError("the secret of the house")) is None
