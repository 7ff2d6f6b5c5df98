"""Links that are sent or printed; they are built from BASE_URL, never from a request's Host."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.urls import reverse

from accounts.models import User


def absolute(path: str) -> str:
    return f"{settings.BASE_URL}{path}"


def password_link(user: User) -> str:
    """A link that sets this person's password once, valid for PASSWORD_RESET_TIMEOUT (3 days)."""
    return password_key_link(f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}")


def password_key_link(key: str) -> str:
    """The address of the page that takes allauth's `<user>-<token>` key."""
    uid, _, token = key.partition("-")
    return absolute(reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": token}))
