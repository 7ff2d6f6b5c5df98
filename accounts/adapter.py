"""How django-allauth behaves here: people are entered by operators, and links and passkeys name our own address."""

import logging
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from accounts import devices, guessing, sessions, sign_in
from accounts.actors import Actor, address, person_from
from accounts.errors import SignInsEnded
from accounts.models import User

logger = logging.getLogger(__name__)

# Of confirming who one is, by allauth's names.
OTHER_WAYS = {
    "reauthenticate": "Use your password",
    "mfa_reauthenticate": "Use a code",
    "mfa_reauthenticate:webauthn": "Use a passkey",
}
PASSWORD_GIVEN = "password_given"  # noqa: S105  # in a session: by whom, and what ends their sign-ins


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "The address or the password is wrong.",
        "enter_current_password": "That is not your current password.",
        "incorrect_password": "That is not your password.",
        "rate_limited": "Too many codes were tried. Wait five minutes.",
        "too_many_login_attempts": "Too many wrong codes were tried. Wait five minutes.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return address(request) or "unknown"  # allauth's own fails where a proxy says less than was agreed

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Nothing: allauth counts by the person alone here, so that anybody could lock anybody out."""

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        try:
            tried = guessing.begin(request, email=credentials.get("email", ""))
        except guessing.TooManyTries as error:
            raise ValidationError(str(error), code="too_many_login_attempts") from None
        user: User | None = super().authenticate(request, **credentials)
        if user:
            tried.rollback()
            request.session[PASSWORD_GIVEN] = [user.pk, devices.binding(user.get_session_auth_hash())]
        return user

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **kwargs)
        devices.remember(request, response, user)
        return response

    def login(self, request: HttpRequest, user: User) -> None:
        """Signs them in, unless their sign-ins were ended between the password and the second factor."""
        if not user.is_active:
            raise ImmediateHttpResponse(self.respond_user_inactive(request, user))
        given_by, bound = request.session.pop(PASSWORD_GIVEN, (None, ""))
        if given_by == user.pk and not constant_time_compare(bound, devices.binding(user.get_session_auth_hash())):
            raise ImmediateHttpResponse(redirect("account_login"))
        super().login(request, user)
        sessions.note_sign_in(request, now=timezone.now())

    def set_password(self, user: User, password: str) -> None:
        """Called by allauth when somebody changes a password or sets it by a link."""
        request = context.request
        signed_in = request.user.is_authenticated
        by = person_from(request) if signed_in else Actor(user.email, ip=address(request))
        try:
            sign_in.set_password(user, password, by=by, now=timezone.now())
        except SignInsEnded:
            raise PermissionDenied from None
        guessing.forget(request, email=user.email)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("profile")

    def get_reauthentication_methods(self, user: User | AnonymousUser) -> list[dict[str, Any]]:
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        return [method | {"description": OTHER_WAYS[method["id"]]} for method in methods]

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Sends nothing: no page talks to the provider. What people are told goes through the outbox."""
        logger.error("sign_in_mail_not_sent template=%s", template_prefix)

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **kwargs: Any
    ) -> None:
        """Says what was done, but not that somebody signed in or out: the page shows that."""
        if message_template not in {"account/messages/logged_in.txt", "account/messages/logged_out.txt"}:
            super().add_message(request, level, message_template, *args, **kwargs)


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "That code is not right. Type what the app shows now.",
        "cannot_generate_recovery_codes": "Set up an authenticator app or a passkey first.",
    }

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Passkeys belong to the host of BASE_URL, whichever name the page was asked for by (WebAuthn 3, 5.4.2)."""
        return {"id": urlsplit(settings.BASE_URL).hostname or "", "name": "Catalog"}

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:  # noqa: A002  # as allauth has it
        return f"Passkey {Authenticator.objects.filter(user=user, type=type).count() + 1}"
