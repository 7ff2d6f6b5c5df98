"""The filter of the search of the catalog."""

from typing import Any

from django import forms

from accounts.models import Account
from catalog.errors import InvalidInput
from catalog.models import Source
from catalog.models.assets import AssetKind
from catalog.queries.holding import SEARCHED_KINDS, AssetSearch
from catalog.queries.search_text import MAX_LENGTH, Part, parse
from catalog.queries.words import finds_columns


def suggesting(placeholder: str, filter_: str = "", **more: str) -> dict[str, str]:
    """Attributes of a box that `static/assets.js` suggests in: for one filter (`tag:`), or for a whole search."""
    typing = {"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}
    return {"placeholder": placeholder, "data-suggest": filter_, **typing, **more}


class AssetFilter(forms.Form):
    """Without any choice everything passes except columns, which are found by their kind or by a word."""

    q = forms.CharField(
        required=False,
        max_length=MAX_LENGTH,
        label="Search",
        widget=forms.TextInput(suggesting("Words, or tag:finance", type="search", **{"data-search": ""})),
    )
    kind = forms.ChoiceField(
        choices=[(kind.value, kind.label) for kind in SEARCHED_KINDS],
        required=False,
        label="Kind",
        widget=forms.HiddenInput,
    )
    source = forms.ModelChoiceField(
        Source.objects.none(), required=False, empty_label="All sources",
        error_messages={"invalid_choice": "There is no such source in this account."},
    )  # fmt: skip
    tag = forms.CharField(required=False, max_length=200, widget=forms.TextInput(suggesting("Any", "tag:")))
    owner = forms.CharField(required=False, max_length=200, widget=forms.TextInput(suggesting("Anybody", "owner:")))
    page = forms.IntegerField(
        required=False,
        min_value=1,
        widget=forms.HiddenInput,
        error_messages={
            "invalid": "This is no page: pages are numbered from 1.",
            "min_value": "There is no such page: pages are numbered from 1.",
        },
    )

    def __init__(self, account: Account, data: Any) -> None:
        super().__init__(data)
        field = self.fields["source"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Source.objects.visible_to(account).undeleted().order_by("name")

    def clean_q(self) -> list[Part]:
        """The parts of the search, with the kinds that were typed as the catalog writes them."""
        try:
            parts = parse(self.cleaned_data["q"])
        except InvalidInput as fault:
            raise forms.ValidationError(str(fault)) from None
        return [kind_of(part) if part.key == "kind" else part for part in parts]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        search = self.search if "q" in cleaned and "kind" in cleaned else AssetSearch()
        if search.kinds == [AssetKind.COLUMN] and search.words and not any(map(finds_columns, search.words)):
            self.add_error("q", "Columns are found by three letters or digits and more.")
        return cleaned

    @property
    def search(self) -> AssetSearch:
        """What was typed and chosen; a chosen kind stands in place of those that were typed."""
        cleaned = self.cleaned_data
        chosen = [Part(cleaned[key], key) for key in ("kind", "tag", "owner") if cleaned.get(key)]
        typed = [part for part in cleaned["q"] if part.key != "kind" or not cleaned["kind"]]
        return AssetSearch([*typed, *chosen], cleaned.get("source"))


def kind_of(part: Part) -> Part:
    """The part with the kind's own word: table for Tables. ValidationError for a kind that there is not."""
    value = part.value.lower().removesuffix("s")
    if value not in set(SEARCHED_KINDS):
        known = ", ".join(SEARCHED_KINDS)
        raise forms.ValidationError(f"There is no kind “{part.value}”: choose one of {known}.")
    return Part(value, part.key, part.is_excluded, part.start)
