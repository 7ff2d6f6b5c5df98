"""allauth's forms in the words of this house; what they check is allauth's."""

import struct
from typing import Any, TypeVar

from allauth.account import forms as passwords
from allauth.account.fields import PasswordField, SetPasswordField
from allauth.mfa.base import forms as codes
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as apps
from allauth.mfa.webauthn import forms as passkeys
from cryptography.exceptions import InvalidSignature
from django import forms
from django.core.exceptions import ValidationError

Field = TypeVar("Field", bound=forms.Field)

CODE_HELP = "Six digits from your authenticator app. Lost it? A recovery code works here, too, each of them once."
# What the libraries raise for a credential that no browser sends, each in its own way, and for a wrong signature.
MISREAD = (LookupError, ValueError, TypeError, AttributeError, struct.error, InvalidSignature)
UNKNOWN_PASSKEY = "Catalog does not know this passkey, or its prompt took too long. Try again, or sign in another way."


def without_placeholder(field: Field) -> Field:
    """A label says it; allauth's password fields say it twice."""
    field.widget.attrs.pop("placeholder", None)
    return field


class ChangePasswordForm(passwords.ChangePasswordForm):  # type: ignore[misc]  # allauth ships no types
    oldpassword = without_placeholder(
        PasswordField(label="Current password", autocomplete="current-password", show_reset_help=True)
    )
    password1 = without_placeholder(SetPasswordField(label="New password"))
    password2 = without_placeholder(PasswordField(label="New password, once more", autocomplete="new-password"))


class NewPasswordForm(passwords.ResetPasswordKeyForm):  # type: ignore[misc]
    password1 = without_placeholder(SetPasswordField(label="New password"))
    password2 = without_placeholder(PasswordField(label="New password, once more", autocomplete="new-password"))


class ConfirmByPasswordForm(passwords.ReauthenticateForm):  # type: ignore[misc]
    password = without_placeholder(
        PasswordField(label="Password", autocomplete="current-password", show_reset_help=True)
    )


def code_field(label: str, **options: Any) -> forms.CharField:
    widget = forms.TextInput({"autocomplete": "one-time-code", "spellcheck": "false", "autofocus": True})
    return forms.CharField(label=label, widget=widget, **options)


class CodeForm(codes.AuthenticateForm):  # type: ignore[misc]
    code = code_field("Code", help_text=CODE_HELP)


class ConfirmByCodeForm(codes.ReauthenticateForm):  # type: ignore[misc]
    code = code_field("Code", help_text=CODE_HELP)


class AppForm(apps.ActivateTOTPForm):  # type: ignore[misc]
    code = code_field("Code that the app shows")


class AddPasskeyForm(passkeys.AddWebAuthnForm):  # type: ignore[misc]
    name = forms.CharField(required=False, max_length=100, label="Name", help_text="To tell your passkeys apart.")
    passwordless = forms.BooleanField(
        required=False,
        initial=True,
        label="Sign in with it alone, without a password",
        help_text=(
            "The device then asks for a fingerprint, a face or a PIN. Without the tick it comes after the password: "
            "for a security key that asks for nothing."
        ),
    )

    def clean(self) -> dict[str, Any]:
        try:
            cleaned: dict[str, Any] = super().clean()
        except MISREAD:
            raise ValidationError("That is no passkey. Try again.", code="incorrect_code") from None
        return cleaned


class KnownPasskey:
    """Says of a passkey that it is not known, where allauth says of it what it says of a code, or lets errors pass."""

    def clean_credential(self) -> Authenticator:
        try:
            return super().clean_credential()  # type: ignore[misc]
        except MISREAD:
            raise ValidationError(UNKNOWN_PASSKEY, code="incorrect_code") from None
        except ValidationError as error:
            if error.code != "incorrect_code":
                raise
            raise ValidationError(UNKNOWN_PASSKEY, code=error.code) from None


class PasskeyForm(KnownPasskey, passkeys.AuthenticateWebAuthnForm):  # type: ignore[misc]
    pass


class ConfirmByPasskeyForm(KnownPasskey, passkeys.ReauthenticateWebAuthnForm):  # type: ignore[misc]
    pass


class SignInByPasskeyForm(KnownPasskey, passkeys.LoginWebAuthnForm):  # type: ignore[misc]
    pass
