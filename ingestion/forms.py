"""The forms of Imports: which imports to look at, which issues, a source, and where a file belongs."""

from typing import Any

from django import forms

from accounts.models import Account
from catalog.choices import SourceTechnology, SourceType
from catalog.models import Source
from catalog.models.rows import NAME_LENGTH
from ingestion.models import Batch, ImportIssue
from ingestion.sources import UPLOADED, sources_of, type_of

NO_SUCH_SOURCE = "There is no such source in this account."


class BatchFilter(forms.Form):
    """Which of the account's imports to look at; nothing chosen is all of them."""

    source = forms.ModelChoiceField(
        Source.objects.none(),
        required=False,
        empty_label="All sources",
        error_messages={"invalid_choice": NO_SUCH_SOURCE},
    )
    state = forms.ChoiceField(choices=[("", "Any state"), *Batch.State.choices], required=False)

    def __init__(self, account: Account, data: Any) -> None:
        super().__init__(data)
        offer_sources(self, account)


class IssueFilter(forms.Form):
    """Which issues of an import to look at; offers the files that it has."""

    file = forms.ChoiceField(required=False)
    word = forms.ChoiceField(choices=[("", "Any"), *ImportIssue.Word.choices], required=False, label="Issue")

    def __init__(self, batch: Batch, data: Any) -> None:
        super().__init__(data)
        field = self.fields["file"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "All files"), *((kind, f"{kind}.csv") for kind in batch.counts)]


def technologies() -> list[Any]:
    """Tools whose files are taken, by the type that a source of theirs gets."""
    by_type: dict[SourceType, list[tuple[str, str]]] = {kind: [] for kind in UPLOADED}
    for tool in sorted(SourceTechnology, key=lambda tool: tool.label.lower()):
        if (kind := type_of(tool)) in by_type:
            by_type[kind].append((tool.value, tool.label))
    return [("", "Choose a tool"), *((kind.label, tools) for kind, tools in by_type.items())]


class SourceForm(forms.Form):
    """A new source; its tool says of which type it is."""

    name = forms.CharField(max_length=NAME_LENGTH, help_text="As people know it, for example “Production warehouse”.")
    technology = forms.ChoiceField(
        choices=technologies,
        label="Tool",
        help_text="Not in the list? Choose Generic warehouse or Generic visualization.",
        error_messages={"invalid_choice": "Choose one of these tools."},
    )


class UploadForm(forms.Form):
    """Where a file belongs. The file itself is read by the view, piece by piece."""

    source = forms.ModelChoiceField(
        Source.objects.none(),
        required=False,
        empty_label="None: it is manual lineage",
        error_messages={"invalid_choice": NO_SUCH_SOURCE},
    )

    def __init__(self, account: Account, data: Any = None) -> None:
        super().__init__(data)
        offer_sources(self, account)
        if len(first := list(sources_of(account)[:2])) == 1:
            self.initial = {"source": first[0]}


def offer_sources(form: forms.Form, account: Account) -> None:
    field = form.fields["source"]
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset = sources_of(account)
    field.label_from_instance = lambda source: f"{source.name} ({source.get_type_display().lower()})"  # type: ignore[assignment,method-assign]  # as Django documents it
