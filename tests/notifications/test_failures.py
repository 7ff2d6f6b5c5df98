"""Every kind of failure of a send, and what it means."""

import smtplib
from datetime import timedelta
from email.utils import format_datetime

import pytest
import requests
from anymail.exceptions import (
    AnymailConfigurationError,
    AnymailInvalidAddress,
    AnymailRecipientsRefused,
    AnymailRequestsAPIError,
)
from django.core.exceptions import ImproperlyConfigured
from django.template import TemplateSyntaxError

from notifications.failures import Failure, Verdict, failure_of, retry_after, was_never_taken
from notifications.models import one_line
from tests.factories import NOW

PERMANENT, TRANSIENT, CONFIGURATION = Verdict.PERMANENT, Verdict.TRANSIENT, Verdict.CONFIGURATION
MINUTE = timedelta(minutes=1)


def answer(status: int, body: bytes = b"{}", **headers: str) -> AnymailRequestsAPIError:
    response = requests.Response()
    response.status_code, response._content, response.reason = status, body, "because"
    response.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
    return AnymailRequestsAPIError("no", response=response)


@pytest.mark.parametrize(
    ("error", "verdict"),
    [
        (ConnectionRefusedError(), TRANSIENT),
        (ConnectionResetError(), TRANSIENT),
        (TimeoutError(), TRANSIENT),
        (AnymailRequestsAPIError("Error posting"), TRANSIENT),
        (answer(200, b"<html>"), TRANSIENT),
        (answer(408), TRANSIENT),
        (answer(409), TRANSIENT),
        (answer(429), TRANSIENT),
        (answer(500), TRANSIENT),
        (answer(502), TRANSIENT),
        (answer(503), TRANSIENT),
        (answer(504), TRANSIENT),
        (answer(400), PERMANENT),
        (answer(404), PERMANENT),
        (answer(422), PERMANENT),
        (answer(401), CONFIGURATION),
        (answer(403), CONFIGURATION),
        (AnymailConfigurationError("no key"), CONFIGURATION),
        (AnymailRecipientsRefused(), PERMANENT),
        (smtplib.SMTPServerDisconnected("gone"), TRANSIENT),
        (smtplib.SMTPConnectError(554, b"no"), TRANSIENT),
        (smtplib.SMTPAuthenticationError(535, b"no"), CONFIGURATION),
        (smtplib.SMTPSenderRefused(550, b"no", "us@x.test"), CONFIGURATION),
        (smtplib.SMTPSenderRefused(451, b"later", "us@x.test"), TRANSIENT),
        (smtplib.SMTPDataError(530, b"sign in first"), CONFIGURATION),
        (smtplib.SMTPDataError(554, b"no"), PERMANENT),
        (smtplib.SMTPDataError(452, b"later"), TRANSIENT),
        (smtplib.SMTPRecipientsRefused({"a@b.test": (550, b"no")}), PERMANENT),
        (smtplib.SMTPRecipientsRefused({"a@b.test": (450, b"greylisted")}), TRANSIENT),
        (smtplib.SMTPRecipientsRefused({}), TRANSIENT),
        (TemplateSyntaxError("oops"), TRANSIENT),
    ],
)
def test_every_failure_has_its_verdict(error, verdict):
    assert failure_of(error, now=NOW).verdict is verdict


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("60", MINUTE),
        (" 60 ", MINUTE),
        (format_datetime(NOW + MINUTE, usegmt=True), MINUTE),
        (format_datetime(NOW - MINUTE, usegmt=True), timedelta()),
        ("99999999999999", timedelta(hours=1)),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("٥", None),
    ],
)
def test_retry_after_is_seconds_or_a_date_and_never_more_than_an_hour(header, wait):
    assert retry_after(header, now=NOW) == wait


def test_what_the_provider_asks_for_is_in_the_failure():
    assert failure_of(answer(429, Retry_After="60"), now=NOW).retry_after == MINUTE


@pytest.mark.parametrize(
    ("error", "is_rate_limited"),
    [
        (answer(429), True),
        (answer(503), False),
        (smtplib.SMTPSenderRefused(421, b"later", "us@x.test"), True),
        (smtplib.SMTPDataError(451, b"4.7.1 too many messages"), True),
        (smtplib.SMTPDataError(451, b"4.3.0 disk full"), False),
        (smtplib.SMTPRecipientsRefused({"a@b.test": (450, b"4.7.1 greylisted")}), False),
    ],
)
def test_a_provider_says_when_it_is_too_much(error, is_rate_limited):
    assert failure_of(error, now=NOW).is_rate_limited == is_rate_limited


@pytest.mark.parametrize("error", [answer(422), smtplib.SMTPDataError(554, b"no"), TemplateSyntaxError("oops")])
def test_a_poisoned_email_says_nothing_of_the_provider(error):
    assert not failure_of(error, now=NOW).of_provider


def test_an_error_is_kept_as_one_printable_line():
    assert one_line("a\r\nBcc:\x00 b\udc80\t" + "c" * 999) == ("a Bcc: b " + "c" * 999)[:300]


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        (TimeoutError("slow"), Failure(TRANSIENT, "TimeoutError: slow")),
        (smtplib.SMTPConnectError(421, b"busy"), Failure(TRANSIENT, "SMTPConnectError: (421, b'busy')")),
        (smtplib.SMTPAuthenticationError(535, b"no"), Failure(CONFIGURATION, "SMTPAuthenticationError: (535, b'no')")),
        (smtplib.SMTPNotSupportedError("tls"), Failure(CONFIGURATION, "SMTPNotSupportedError: tls")),
        (
            smtplib.SMTPSenderRefused(500, b"no", "us@x.test"),
            Failure(CONFIGURATION, "SMTPSenderRefused: (500, b'no', 'us@x.test')"),
        ),
        (smtplib.SMTPDataError(530, b"no"), Failure(CONFIGURATION, "SMTPDataError: (530, b'no')")),
        (smtplib.SMTPDataError(500, b"no"), Failure(PERMANENT, "SMTPDataError: (500, b'no')", of_provider=False)),
        (smtplib.SMTPDataError(599, b"no"), Failure(PERMANENT, "SMTPDataError: (599, b'no')", of_provider=False)),
        (smtplib.SMTPDataError(499, b"no"), Failure(TRANSIENT, "SMTPDataError: (499, b'no')")),
        (smtplib.SMTPDataError(600, b"no"), Failure(TRANSIENT, "SMTPDataError: (600, b'no')")),
        (
            smtplib.SMTPRecipientsRefused({"a@b.test": (450, b"x"), "c@b.test": (550, b"x")}),
            Failure(
                PERMANENT,
                "SMTPRecipientsRefused: {'a@b.test': (450, b'x'), 'c@b.test': (550, b'x')}",
                of_provider=False,
            ),
        ),
        (AnymailConfigurationError("no key"), Failure(CONFIGURATION, "AnymailConfigurationError: no key")),
        (ImproperlyConfigured("no key"), Failure(CONFIGURATION, "ImproperlyConfigured: no key")),
        (AnymailInvalidAddress("bad"), Failure(PERMANENT, "AnymailInvalidAddress: bad", of_provider=False)),
        (ValueError("odd"), Failure(TRANSIENT, "ValueError: odd", of_provider=False)),
        (
            answer(400),
            Failure(PERMANENT, "AnymailRequestsAPIError: no ESP API response 400 (because): {}", of_provider=False),
        ),
        (
            answer(499),
            Failure(PERMANENT, "AnymailRequestsAPIError: no ESP API response 499 (because): {}", None, False),
        ),
        (
            answer(500, Retry_After="7"),
            Failure(TRANSIENT, "AnymailRequestsAPIError: no ESP API response 500 (because): {}", timedelta(seconds=7)),
        ),
        (answer(401), Failure(CONFIGURATION, "AnymailRequestsAPIError: no ESP API response 401 (because): {}")),
    ],
)
def test_a_failure_says_everything_that_delivery_needs(error, failure):
    assert failure_of(error, now=NOW) == failure


def test_a_date_without_a_zone_is_utc():
    assert retry_after((NOW + MINUTE).strftime("%a, %d %b %Y %H:%M:%S -0000"), now=NOW) == MINUTE


def test_the_longest_number_of_seconds_is_an_hour():
    assert retry_after("3601", now=NOW) == timedelta(hours=1)
    assert retry_after("3599", now=NOW) == timedelta(seconds=3599)


@pytest.mark.parametrize(
    ("error", "sure"),
    [
        (smtplib.SMTPSenderRefused(421, b"bye", "us@x.test"), True),
        (smtplib.SMTPSenderRefused(503, b"nested", "us@x.test"), True),
        (smtplib.SMTPRecipientsRefused({"a@b.test": (421, b"bye")}), True),
        (smtplib.SMTPRecipientsRefused({"a@b.test": (550, b"no")}), False),
        (smtplib.SMTPDataError(421, b"bye"), True),
        (smtplib.SMTPDataError(451, b"later"), False),
        (smtplib.SMTPServerDisconnected("who knows when"), False),
        (TimeoutError(), False),
        (ConnectionResetError(), False),
        (AnymailRequestsAPIError("Error posting"), False),
        (answer(503), False),
        (ValueError("odd"), False),
    ],
)
def test_a_message_is_given_again_at_once_only_if_it_was_never_taken(error, sure):
    assert was_never_taken(error, data_began=True) is sure


@pytest.mark.parametrize("error", [smtplib.SMTPServerDisconnected("gone"), TimeoutError(), ConnectionResetError()])
def test_a_connection_that_broke_before_data_took_nothing(error):
    assert was_never_taken(error, data_began=False)


@pytest.mark.parametrize("error", [smtplib.SMTPDataError(451, b"later"), ValueError("odd")])
def test_what_is_no_broken_connection_is_an_attempt_whenever_it_comes(error):
    assert not was_never_taken(error, data_began=False)
