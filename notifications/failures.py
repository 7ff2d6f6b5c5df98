"""What went wrong with a send, and what that means for the email: one table for every provider and for SMTP."""

import email.utils
import smtplib
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import Enum
from http import HTTPStatus

from anymail.exceptions import (
    AnymailConfigurationError,
    AnymailInvalidAddress,
    AnymailRecipientsRefused,
    AnymailRequestsAPIError,
    AnymailUnsupportedFeature,
)
from django.core.exceptions import ImproperlyConfigured

from notifications.models import one_line

MAX_RETRY_AFTER = timedelta(hours=1)  # longer ones are cut
MIN_PAUSE, MAX_PAUSE = timedelta(seconds=30), timedelta(minutes=10)  # for a provider that says no Retry-After


class Verdict(Enum):
    TRANSIENT = "try again later"
    PERMANENT = "this recipient will never get it"
    CONFIGURATION = "nobody gets anything until an operator mends it"


@dataclass(frozen=True, slots=True)
class Failure:
    verdict: Verdict
    text: str  # one printable line
    retry_after: timedelta | None = None  # what the provider asked for, an hour at the most
    of_provider: bool = True  # whether it tells of the provider rather than of this email
    is_rate_limited: bool = False  # whether the provider wants less mail, from all our senders


CONFIGURATION_STATUSES = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}
# 409: the first request with this idempotency key has not been answered yet.
TRANSIENT_STATUSES = {
    *(HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.CONFLICT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS)
}
# RFC 4954, 6: authentication required, failed, mechanism too weak, encryption required.
SMTP_CONFIGURATION_CODES = {530, 534, 535, 538}
SMTP_CLOSING = 421  # RFC 5321, 3.8: to any command, by a server that is about to close the connection
SMTP_BY_POLICY = "4.7."  # RFC 3463, 3.8: as providers say that there were too many messages
# RFC 5321, 4.2.3: mailbox unavailable, not local, name not allowed. Others may be limits: 452 and 552 say "too many".
SMTP_RECIPIENT_CODES = {550, 551, 553}


def failure_of(error: Exception, *, now: datetime) -> Failure:  # noqa: PLR0911  # one line a kind
    """The failure that this exception of a send means. What has no name here is transient: nothing is lost by it."""
    text = one_line(f"{type(error).__name__}: {error}")
    match error:
        case ImproperlyConfigured() | AnymailConfigurationError() | AnymailUnsupportedFeature():
            return Failure(Verdict.CONFIGURATION, text)
        case AnymailRecipientsRefused() | AnymailInvalidAddress():
            return Failure(Verdict.PERMANENT, text, of_provider=False)
        case AnymailRequestsAPIError():
            return http_failure(error, text, now=now)
        case smtplib.SMTPAuthenticationError() | smtplib.SMTPNotSupportedError():
            return Failure(Verdict.CONFIGURATION, text)
        case smtplib.SMTPRecipientsRefused():
            code = max((code for code, _ in error.recipients.values()), default=0)
            return replace(smtp_failure(code, text), of_provider=False)  # a full mailbox, say
        case smtplib.SMTPSenderRefused() if error.smtp_code >= 500:
            return Failure(Verdict.CONFIGURATION, text)  # our own address: the same for every email
        case smtplib.SMTPConnectError() | smtplib.SMTPHeloError():
            return Failure(Verdict.TRANSIENT, text)  # the server, not the message
        case smtplib.SMTPResponseException():
            return smtp_failure(error.smtp_code, text, is_rate_limited=says_rate_limited(error))
        case OSError() | smtplib.SMTPException():
            return Failure(Verdict.TRANSIENT, text)  # refused, reset, timed out, TLS
        case _:
            return Failure(Verdict.TRANSIENT, text, of_provider=False)  # a template that raises, say


def was_never_taken(error: Exception, *, data_began: bool) -> bool:
    """Whether an SMTP server certainly did not take the message, and might have on a new connection.

    A 421 says so at any step, and so do a refused MAIL and a recipient that was refused for anything but itself: some
    servers count the messages or the recipients of a connection. A connection that broke leaves no doubt before DATA;
    from there on nobody knows, for the answer may be what was lost. `data_began` is also True where nobody can tell:
    about HTTP, and about backends that are not Django's.
    """
    match error:
        case smtplib.SMTPRecipientsRefused():
            return not is_about_recipients(error)
        case smtplib.SMTPSenderRefused():
            return True
        case smtplib.SMTPDataError():
            return error.smtp_code == SMTP_CLOSING
        case OSError():
            return not data_began
        case _:
            return False


def is_about_recipients(error: Exception) -> bool:
    """Whether an SMTP server refused the recipients for what they are."""
    refused = isinstance(error, smtplib.SMTPRecipientsRefused)
    return refused and all(code in SMTP_RECIPIENT_CODES for code, _ in error.recipients.values())  # type: ignore[attr-defined]


def http_failure(error: AnymailRequestsAPIError, text: str, *, now: datetime) -> Failure:
    """By the status alone: providers' bodies differ, and some say 200 with something that is no answer."""
    status = error.status_code or 0
    if status in CONFIGURATION_STATUSES:
        return Failure(Verdict.CONFIGURATION, text)
    if 400 <= status < 500 and status not in TRANSIENT_STATUSES:
        return Failure(Verdict.PERMANENT, text, of_provider=False)
    asked = error.response.headers.get("Retry-After", "") if error.response is not None else ""
    too_much = status == HTTPStatus.TOO_MANY_REQUESTS
    return Failure(Verdict.TRANSIENT, text, retry_after(asked, now=now), is_rate_limited=too_much)


def smtp_failure(code: int, text: str, *, is_rate_limited: bool = False) -> Failure:
    if code in SMTP_CONFIGURATION_CODES:
        return Failure(Verdict.CONFIGURATION, text)
    if 500 <= code < 600:
        return Failure(Verdict.PERMANENT, text, of_provider=False)
    return Failure(Verdict.TRANSIENT, text, is_rate_limited=is_rate_limited)


def says_rate_limited(error: smtplib.SMTPResponseException) -> bool:
    """Whether a server turned our mail away for how much there is of it, as far as that is clear."""
    reply = error.smtp_error if isinstance(error.smtp_error, str) else error.smtp_error.decode(errors="replace")
    return error.smtp_code == SMTP_CLOSING or reply.lstrip().startswith(SMTP_BY_POLICY)


def pause_after(failing: timedelta) -> timedelta:
    """How long to leave a provider alone that says "too much" and not for how long, by how long it has failed already.

    So each pause is twice as long as the one before, from half a minute to ten.
    """
    return min(max(failing, MIN_PAUSE), MAX_PAUSE)


def without_quotations(error: Exception) -> str:
    """The kind of error and its code, without the words of a server: it may quote the message."""
    code = getattr(error, "status_code", None) or getattr(error, "smtp_code", None) or ""
    return f"{type(error).__name__} {code}".strip()


def retry_after(text: str, *, now: datetime) -> timedelta | None:
    """How long a Retry-After asks to wait (RFC 9110, 10.2.3: seconds or a date); None if it is neither."""
    text = text.strip()
    if text.isascii() and text.isdigit():
        return min(timedelta(seconds=int(text[:9])), MAX_RETRY_AFTER)
    try:
        date = email.utils.parsedate_to_datetime(text)
    except ValueError:
        return None
    wait = date.replace(tzinfo=date.tzinfo or UTC) - now
    return min(max(wait, timedelta()), MAX_RETRY_AFTER)
