"""Every kind of failure of a send, and what it means."""

import smtplib
from datetime import timedelta
from email.utils import format_datetime

import pytest
import requests
from anymail.exceptions import AnymailConfigurationError, AnymailRecipientsRefused, AnymailRequestsAPIError
from django.template import TemplateSyntaxError

from notifications.failures import Verdict, failure_of, retry_after
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


@pytest.mark.parametrize("error", [answer(422), smtplib.SMTPDataError(554, b"no"), TemplateSyntaxError("oops")])
def test_a_poisoned_email_says_nothing_of_the_provider(error):
    assert not failure_of(error, now=NOW).of_provider


def test_an_error_is_kept_as_one_printable_line():
    assert one_line("a\r\nBcc:\x00 b\udc80\t" + "c" * 999) == ("a Bcc: b " + "c" * 999)[:300]
