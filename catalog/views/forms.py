"""The filter of the search of the catalog."""

from typing import Any

from django import forms

from accounts.models import Account
from catalog.models import Source, Tag
from catalog.models.assets import AssetKind
from catalog.queries.assets import LAST_PAGE, SEARCHED_KINDS, AssetSearch, finds_columns


class AssetFilter(forms.Form):
    """Without any choice everything passes except columns, which are found by their kind or by a text."""

    q = forms.CharField(
        required=False,
        max_length=200,
        label="Search",
        widget=forms.TextInput({"type": "search", "placeholder": "Path or name"}),
    )
    kind = forms.ChoiceField(
        choices=[("", "Everything"), *((kind.value, kind.label) for kind in SEARCHED_KINDS)],
        required=False,
        label="Kind",
    )
    source = forms.ModelChoiceField(
        Source.objects.none(), required=False, empty_label="All sources",
        error_messages={"invalid_choice": "There is no such source in this account."},
    )  # fmt: skip
    tag = forms.CharField(required=False, max_length=200, widget=forms.TextInput({"placeholder": "Any"}))
    page = forms.IntegerField(required=False, min_value=1, max_value=LAST_PAGE, widget=forms.HiddenInput)

    def __init__(self, account: Account, data: Any) -> None:
        super().__init__(data)
        self.account = account
        field = self.fields["source"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Source.objects.visible_to(account).undeleted().order_by("name")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("kind") == AssetKind.COLUMN and cleaned.get("q") and not finds_columns(cleaned["q"]):
            self.add_error("q", "Columns are found by three letters or digits and more.")
        return cleaned

    @property
    def search(self) -> AssetSearch:
        kind, label = self.cleaned_data["kind"], self.cleaned_data["tag"]
        tags = Tag.objects.visible_to(self.account).filter(label__iexact=label)
        return AssetSearch(
            text=self.cleaned_data["q"],
            kind=AssetKind(kind) if kind else None,
            source=self.cleaned_data["source"],
            tags=list(tags) if label else None,
        )
