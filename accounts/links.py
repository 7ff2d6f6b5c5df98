"""Links that are sent or printed; they are built from BASE_URL, never from a request's Host."""

from datetime import datetime
from typing import Any

from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.urls import reverse
from django.utils import timezone

from accounts.models import User


class PasswordLinks(PasswordResetTokenGenerator):
    """The keys in password links, for allauth too. One that was made before its person was suspended, or lost the
    operator's role, is dead for good; none opens for somebody who may not sign in (decision 0015).
    """

    def _make_hash_value(self, user: Any, timestamp: int) -> str:
        return f"{super()._make_hash_value(user, timestamp)}:{user.sign_in_epoch}"

    def check_token(self, user: Any, token: str | None) -> bool:
        return super().check_token(user, token) and user.is_active


def absolute(path: str) -> str:
    return f"{settings.BASE_URL}{path}"


def password_link(user: User, *, at: datetime | None = None) -> str:
    """A link that sets this person's password once, for PASSWORD_RESET_TIMEOUT (3 days) from `at` on, or from now.

    Made from the person's rows alone, and kept nowhere: of the same moment it is the same text, until the password, the
    address or the last sign-in changes, or the person is suspended.
    """
    made = PasswordLinks().make_token(user) if at is None else token_of(user, at)
    return absolute(
        reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(user), "key": made})
    )


def token_of(user: User, at: datetime) -> str:
    """What `make_token` would have said then. Django counts the seconds of the local time."""
    generator = PasswordLinks()
    seconds = generator._num_seconds(timezone.make_naive(at, timezone.get_default_timezone()))  # noqa: SLF001  # no public way to say when
    token: str = generator._make_token_with_timestamp(user, seconds, generator.secret)  # noqa: SLF001
    return token
