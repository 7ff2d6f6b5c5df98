"""How django-allauth behaves here: people are entered by operators, and links name our own address."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from accounts.links import password_key_link


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_reset_password_from_key_url(self, key: str) -> str:
        return password_key_link(key)

    def add_message(self, *args: object, **kwargs: object) -> None:
        """Says nothing: the pages show what happened."""
