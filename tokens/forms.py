"""The forms of Settings > API: the create form, and what to look at."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.forms import LogFilter
from accounts.models import Account
from tokens import rules
from tokens.doors import Door
from tokens.errors import InvalidName
from tokens.models import ApiToken
from tokens.scopes import Scope
from tokens.usage import recent

NO_SUCH_SCOPE = "There is no such scope."


class ShownToken(forms.UUIDField):
    """The id of a token that the page showed; what is no id counts as none shown, which never replaces anything."""

    def __init__(self) -> None:
        super().__init__(required=False, widget=forms.HiddenInput)

    def clean(self, value: Any) -> Any:
        try:
            return super().clean(value)
        except forms.ValidationError:
            return None


class NamedForm(forms.Form):
    """Has the name of a token, which its rules clean."""

    name = forms.CharField(required=False, strip=True)

    def clean_name(self) -> str:
        try:
            return rules.clean_name(self.cleaned_data["name"])
        except InvalidName as error:
            raise forms.ValidationError(str(error)) from None


class CreateLink(NamedForm):
    """What a link to the create form fills in: `?name=…&scope=…`, or `?replace=…`, the scope to replace a token of."""

    scope = forms.ChoiceField(choices=Scope.choices, required=False, error_messages={"invalid_choice": NO_SUCH_SCOPE})
    replace = forms.ChoiceField(choices=Scope.choices, required=False, error_messages={"invalid_choice": NO_SUCH_SCOPE})


class GenerateForm(NamedForm):
    """Name, scope, and for each scope the id of the token that the page showed (empty: none).

    The acknowledgement counts for that token alone: `replaces` is None unless the box is ticked. `replacing` is whether
    the form was opened to replace a token, which is its title.
    """

    scope = forms.ChoiceField(
        choices=Scope.choices, error_messages={"required": "Choose a scope.", "invalid_choice": NO_SUCH_SCOPE}
    )
    shown_READ_ONLY = ShownToken()
    shown_READ_WRITE = ShownToken()
    acknowledged = forms.BooleanField(required=False)
    replacing = forms.BooleanField(required=False, widget=forms.HiddenInput)

    @property
    def chosen_scope(self) -> Scope:
        return Scope(self.cleaned_data["scope"])

    @property
    def shown(self) -> UUID | None:
        """The id of the token of the chosen scope that the page showed."""
        shown: UUID | None = self.cleaned_data[f"shown_{self.chosen_scope.value}"]
        return shown

    @property
    def replaces(self) -> UUID | None:
        return self.shown if self.cleaned_data["acknowledged"] else None

    @property
    def as_link(self) -> dict[str, str]:
        """What leads back to this form as it was filled in, but for the box: the fields of `CreateLink`."""
        scope = "replace" if self.cleaned_data["replacing"] else "scope"
        return {"name": self.cleaned_data["name"], scope: self.chosen_scope.value}

    @classmethod
    def for_account(
        cls, account: Account, *, now: datetime, scope: str = "", name: str = "", replacing: bool = False
    ) -> "GenerateForm":
        """A form that shows the account's open tokens of this moment; the box is never ticked beforehand.

        Without a scope, the one that no token is active for: Read only when that is so of both, or of none.
        """
        tokens = {token.scope: token for token in ApiToken.objects.open().filter(account=account)}
        shown = {f"shown_{value}": tokens[value].pk if value in tokens else "" for value in Scope.values}
        free = [one for one in Scope if one.value not in tokens or tokens[one.value].is_expired(now)]
        chosen = scope if scope in Scope.values else next(iter(free), Scope.READ_ONLY)
        return cls(initial=shown | {"scope": chosen, "name": name, "replacing": replacing or None})


class McpSwitches(forms.Form):
    """Both switches as they shall be, and the version of the account that the page showed."""

    access = forms.BooleanField(required=False)
    writes = forms.BooleanField(required=False)
    shown = forms.IntegerField(min_value=1, max_value=2**31 - 1)


class TurnOffLink(forms.Form):
    """Which switch of MCP to turn off."""

    switch = forms.ChoiceField(choices=[("access", "MCP server access"), ("writes", "Let MCP clients write")])


class UsageFilter(forms.Form):
    """Which of the account's uses to look at; nothing chosen is all of them. Offers the doors that were called."""

    token = forms.ModelChoiceField(
        ApiToken.objects.none(), required=False, empty_label="All tokens",
        error_messages={"invalid_choice": "There is no such token in this account."},
    )  # fmt: skip
    door = forms.ChoiceField(required=False, label="Through")

    def __init__(self, account: Account, data: Any, *, now: datetime) -> None:
        super().__init__(data)
        field, doors = self.fields["token"], self.fields["door"]
        assert isinstance(field, forms.ModelChoiceField)
        assert isinstance(doors, forms.ChoiceField)
        called = {*recent(account, now=now).order_by().values_list("door", flat=True).distinct(), data.get("door")}
        doors.choices = [("", "Everything"), *(door for door in Door.choices if door[0] in called)]
        used = Exists(recent(account, now=now).filter(token=OuterRef("pk")))
        field.queryset = ApiToken.objects.filter(Q(ended_at=None) | used, account=account)


class HistoryFilter(LogFilter):
    class What(models.TextChoices):
        GENERATED = "generated", "Generated"
        REPLACED = "replaced", "Replaced"
        REVOKED = "revoked", "Revoked"

    what = forms.ChoiceField(choices=[("", "Everything"), *What.choices], required=False, label="What")
