"""How django-allauth behaves here: people are entered by operators, and links name our own address."""

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from django.http import HttpRequest
from django.utils import timezone

from accounts import sign_in
from accounts.actors import Actor, address, person_from
from accounts.models import User

logger = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def set_password(self, user: User, password: str) -> None:
        """What changing a password and setting it by a link come to."""
        request = context.request
        signed_in = request.user.is_authenticated
        by = person_from(request) if signed_in else Actor(user.email, ip=address(request))
        sign_in.set_password(user, password, by=by, now=timezone.now())

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Sends nothing: no page talks to the provider. What people are told goes through the outbox."""
        logger.error("sign_in_mail_not_sent template=%s", template_prefix)

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **kwargs: Any
    ) -> None:
        """Says what was done, but not that somebody signed in or out: the page shows that."""
        if message_template not in {"account/messages/logged_in.txt", "account/messages/logged_out.txt"}:
            super().add_message(request, level, message_template, *args, **kwargs)
