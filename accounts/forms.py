"""The forms of allauth that behave differently here."""

from allauth.account.fields import EmailField
from django import forms
from django.http import HttpRequest
from django.utils import timezone

from accounts import sign_in


class ForgottenPasswordForm(forms.Form):
    """Takes an address, and does not look whose it is."""

    email = EmailField(max_length=254)

    def save(self, request: HttpRequest, **kwargs: object) -> str:
        address: str = self.cleaned_data["email"]
        sign_in.ask_for_password_link(address, now=timezone.now())
        return address
