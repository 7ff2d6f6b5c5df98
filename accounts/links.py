"""Links that are sent or printed; they are built from BASE_URL, never from a request's Host."""

from typing import Any

from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.urls import reverse

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


def password_link(user: User) -> str:
    """A link that sets this person's password once, valid for PASSWORD_RESET_TIMEOUT (3 days)."""
    return password_key_link(f"{user_pk_to_url_str(user)}-{PasswordLinks().make_token(user)}")


def password_key_link(key: str) -> str:
    """The address of the page that takes allauth's `<user>-<token>` key."""
    uid, _, token = key.partition("-")
    return absolute(reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": token}))
