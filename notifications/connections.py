"""The connection to the provider: opened for the first email of a run, kept for the next, opened anew when it broke."""

import logging
import select
import smtplib
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.smtp import EmailBackend

from notifications.failures import is_about_recipients, was_never_taken

logger = logging.getLogger(__name__)

DJANGOS_SMTP = "django.core.mail.backends.smtp.EmailBackend"


class Smtp(smtplib.SMTP):
    """A session that knows whether DATA has begun: from then on the server may have taken the message."""

    data_began = False

    def mail(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        self.data_began = False  # each message begins with MAIL
        return super().mail(*args, **kwargs)

    def data(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        self.data_began = True
        return super().data(*args, **kwargs)


class SmtpOverTls(Smtp, smtplib.SMTP_SSL):
    """The same with EMAIL_USE_SSL."""


class SmtpBackend(EmailBackend):
    """Django's, with such sessions."""

    @property
    def connection_class(self) -> type[Smtp]:
        return SmtpOverTls if self.use_ssl else Smtp


class Connection:
    """Of one sender, for one thread. Nothing is opened before there is something to send."""

    def __init__(self) -> None:
        self.backend: Any = None  # Django's; None while it is closed

    def send(self, message: EmailMessage, *, key: str) -> str:
        """Give the message to the provider; returns the provider's id for it, "" if it has none. Raises what it raises.

        A connection that was used before may have ended meanwhile, which says nothing of this email or of the provider:
        then the message is given once more on a new one, if it is certain that it was not taken.
        """
        self.drop_if_ended()
        used_before = self.backend is not None
        session = getattr(self.backend, "connection", None)
        try:
            return self.hand_over(message, key=key)
        except Exception as error:
            data_began = getattr(session, "data_began", True)  # what does not know may have handed it over
            if not (used_before and was_never_taken(error, data_began=data_began)):
                raise
            logger.info("connection_opened_anew error=%s", type(error).__name__)
        self.close()
        return self.hand_over(message, key=key)

    def hand_over(self, message: EmailMessage, *, key: str) -> str:
        try:
            backend = self.opened()
            headers = getattr(getattr(backend, "session", None), "headers", None)
            if headers is not None:  # a provider of Anymail that is spoken to by HTTP
                headers["Idempotency-Key"] = key
            try:
                backend.send_messages([message])
            finally:
                if headers is not None:
                    del headers["Idempotency-Key"]
        except Exception as error:
            # After a refused recipient smtplib has sent RSET: the next message starts afresh. Whatever else went wrong
            # may have left half a message behind, or is a limit of this connection.
            if not is_about_recipients(error):
                self.close()
            raise
        status = getattr(message, "anymail_status", None)
        return str(getattr(status, "message_id", None) or "")[:200]

    def opened(self) -> Any:
        if self.backend is None:
            self.backend = SmtpBackend() if settings.EMAIL_BACKEND == DJANGOS_SMTP else get_connection()
            self.backend.open()
        return self.backend

    def drop_if_ended(self) -> None:
        """An SMTP server speaks only when it is asked: whatever there is to read is its end, or a 421 before it.

        Sessions of HTTP look after their connections themselves.
        """
        session = getattr(self.backend, "connection", None)
        if isinstance(session, smtplib.SMTP) and (session.sock is None or is_readable(session.sock.fileno())):
            self.close()

    def close(self) -> None:
        """What goes wrong here is the connection's business alone: every email has its answer."""
        backend, self.backend = self.backend, None
        try:
            if backend is not None:
                backend.close()
        except Exception:  # whatever a provider raises
            logger.warning("connection_not_closed", exc_info=True)


def is_readable(descriptor: int) -> bool:
    waiting = select.poll()
    waiting.register(descriptor, select.POLLIN)
    return bool(waiting.poll(0))
