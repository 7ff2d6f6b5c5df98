"""The forms of the admin, which remember what they showed; that of a forgotten password; the filter of a log."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, ClassVar

from allauth.account.fields import EmailField
from django import forms
from django.http import HttpRequest
from django.utils import timezone

from accounts import rules, sign_in
from accounts.activity import OPERATIONS
from accounts.differences import as_shown
from accounts.errors import AccountError
from accounts.models import Account, User


def autocompleted(what: str) -> forms.TextInput:
    return forms.TextInput({"autocomplete": what})


class ShownRow(forms.JSONField):
    """What a page showed of a row: its `version`, and its `columns` as people read them.

    Anything malformed counts as version 0, which no row has, so that nothing is changed.
    """

    def __init__(self) -> None:
        super().__init__(required=False, widget=forms.HiddenInput)

    def clean(self, value: Any) -> dict[str, Any]:
        try:
            match super().clean(value):
                case {"version": int(version), "columns": dict(columns)} if 0 < version < 2**31:
                    return {"version": version, "columns": {str(name): str(said) for name, said in columns.items()}}
        except forms.ValidationError:
            pass
        return {"version": 0, "columns": {}}


class ShowingForm(forms.ModelForm):
    """A form that sends back what it showed of the row, so that nobody overwrites what they did not see."""

    shown = ShownRow()
    columns: ClassVar[Sequence[str]]  # that are compared, whether they can be written or not

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row: Any = self.instance
        self.initial["shown"] = {"version": row.version, "columns": as_shown(row, self.columns)}


class AccountForm(ShowingForm):
    columns = ("name", "suspended_at", "mcp_access", "mcp_writes")

    class Meta:
        model = Account
        fields = ("name",)

    def clean_name(self) -> str:
        return tidied(rules.account_name, self.cleaned_data["name"])


class UserForm(ShowingForm):
    columns = ("email", "first_name", "last_name", "role", "status", "is_staff", "bounced_address")

    class Meta:
        model = User
        fields = ("first_name", "last_name", "role", "status", "is_staff")

    def clean_first_name(self) -> str:
        return tidied(rules.person_name, self.cleaned_data["first_name"])

    def clean_last_name(self) -> str:
        return tidied(rules.person_name, self.cleaned_data["last_name"])


def tidied(rule: Callable[[str], str], text: str) -> str:
    """As the rule wants it; what it raises, as the form's own error."""
    try:
        return rule(text)
    except AccountError as error:
        raise forms.ValidationError(str(error)) from None


class ProfileForm(forms.Form):
    """What people change of themselves; `shown` is the version of their row that the page showed."""

    first_name = forms.CharField(
        required=False, max_length=rules.PERSON_NAME_LENGTH, label="First name", widget=autocompleted("given-name")
    )
    last_name = forms.CharField(
        required=False, max_length=rules.PERSON_NAME_LENGTH, label="Last name", widget=autocompleted("family-name")
    )
    dates = forms.ChoiceField(choices=User.Dates.choices, required=False, widget=forms.RadioSelect)
    shown = forms.IntegerField(widget=forms.HiddenInput)

    def clean_first_name(self) -> str:
        return tidied(rules.person_name, self.cleaned_data["first_name"])

    def clean_last_name(self) -> str:
        return tidied(rules.person_name, self.cleaned_data["last_name"])


class AddressForm(forms.Form):
    """Where somebody signs in, and gets mail, from now on; the service says what is wrong with it."""

    address = forms.EmailField(max_length=254, label="New address")


class LogFilter(forms.Form):
    """Which rows of a log to look at; days are UTC's, and both are included. Each log adds `what`."""

    field_order = ("who", "what", "since", "until")

    who = forms.CharField(
        required=False, max_length=254, label="Who", widget=forms.TextInput({"placeholder": "Anybody"})
    )
    since = forms.DateField(required=False, label="From", widget=forms.DateInput({"type": "date"}))
    until = forms.DateField(required=False, label="To", widget=forms.DateInput({"type": "date"}))

    def clean_until(self) -> date | None:
        since: date | None = self.cleaned_data.get("since")
        until: date | None = self.cleaned_data["until"]
        if since and until and until < since:
            raise forms.ValidationError("This day is before the one in From.")
        return until


class ActivityFilter(LogFilter):
    """`token` is the id of one: addresses of Settings > API bring it, and nobody types it."""

    what = forms.ChoiceField(choices=[("", "Everything"), *OPERATIONS.items()], required=False, label="What")
    token = forms.UUIDField(required=False, label="Token", widget=forms.HiddenInput)


class ForgottenPasswordForm(forms.Form):
    """Takes any address: whether it is anybody's must not be told, not even by the time that it takes."""

    email = EmailField(max_length=254)

    def save(self, request: HttpRequest, **kwargs: object) -> str:
        address: str = self.cleaned_data["email"]
        sign_in.ask_for_password_link(address, now=timezone.now())
        return address
