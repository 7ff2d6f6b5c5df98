"""Writing descriptions of tables, columns, dashboards and terms: in Markdown, with a preview, over no change unseen."""

from collections.abc import Callable, Mapping
from difflib import unified_diff
from itertools import islice
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.activity import last_change
from accounts.actors import person_from
from accounts.bodies import takes_body
from accounts.permissions import account_of, account_writer_required
from accounts.unsaved import texts_kept
from catalog.errors import InvalidInput, NotEditable, StoredTextError
from catalog.markdown import MAX_LENGTH, rendered
from catalog.models.assets import MODELS, AssetKind
from catalog.rules.documentation import MAX_MARKDOWN_LENGTH
from catalog.rules.values import check_optional
from catalog.rules.versions import version_of
from catalog.services.documentation import (
    update_dashboards_documentation,
    update_tables_documentation,
    update_terms_documentation,
)
from catalog.services.tables import update_columns_metadata
from catalog.views.details import is_kept, shown_or_404

WRITERS: Mapping[str, Callable[..., Any]] = {
    AssetKind.TABLE: update_tables_documentation,
    AssetKind.DASHBOARD: update_dashboards_documentation,
    AssetKind.TERM: update_terms_documentation,
    AssetKind.COLUMN: update_columns_metadata,
}
# Two texts of the longest kind: forms send up to twelve bytes a character. Those of strangers are read before it is
# known who they are, so no more than that.
MAX_BYTES = 24 * MAX_MARKDOWN_LENGTH + 80_000
MAX_LINES_COMPARED = 300  # what two longer texts have in common would take seconds to find
KEPT = "This term is kept in its source, which would write over it: describe it there."


class DescriptionForm(forms.Form):
    """`version` is that of the text that the page showed, `shown` the text itself, to tell what differs from it."""

    text = forms.CharField(required=False, strip=False, label="Description", widget=forms.Textarea)
    shown = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)
    version = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_text(self) -> str:
        text = one_kind_of_line(self.cleaned_data["text"])
        try:
            check_optional("A description", text, MAX_MARKDOWN_LENGTH)
        except InvalidInput as fault:
            raise forms.ValidationError(f"{fault} Nothing is saved yet: make it shorter.") from None
        return text if text.strip() else ""

    def clean_shown(self) -> str:
        return one_kind_of_line(self.cleaned_data["shown"])


@takes_body(of=MAX_BYTES)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@texts_kept({"text": "Your text"}, gone="What you described is gone.")
@account_writer_required
def description(request: HttpRequest, pk: UUID, kind: AssetKind) -> HttpResponse:
    """The form; what it sends is previewed, or saved unless the text is another by now (409)."""
    model: Any = MODELS[kind]
    asset = shown_or_404(model, account_of(request), pk, *(["table"] if kind == AssetKind.COLUMN else []))
    if is_kept(asset) and request.method != "POST":
        messages.warning(request, KEPT)
        return redirect(asset.get_absolute_url())
    now_said = one_kind_of_line(asset.description_raw or "")
    if request.method != "POST":
        return editor(request, asset, text=now_said, shown=now_said, version=version_of(asset.description_raw))
    sent = DescriptionForm(request.POST)
    if not sent.is_valid():
        errors = [error for of_field in sent.errors.values() for error in of_field]
        as_sent = {name: one_kind_of_line(request.POST.get(name, "")) for name in sent.fields}
        return editor(request, asset, **as_sent, errors=errors, status=422)
    texts = sent.cleaned_data
    if request.POST.get("do") == "preview":
        return editor(request, asset, **texts, preview=True)
    return save(request, kind, asset, **texts)


def save(request: HttpRequest, kind: AssetKind, asset: Any, *, text: str, shown: str, version: str) -> HttpResponse:
    if text == shown:
        messages.info(request, "Nothing was changed.")
        return redirect(asset.get_absolute_url())
    described = {"description_raw": text or None} if kind == AssetKind.COLUMN else {"description_markdown": text}
    row = {"id": str(asset.pk), **described}
    try:
        [saved] = WRITERS[kind](
            asset.account, rows=[row], by=person_from(request), now=timezone.now(), expected=[version]
        )
    except StoredTextError:
        asset.refresh_from_db()
        return conflict(request, kind, asset, text=text, shown=shown)
    except NotEditable:
        return editor(request, asset, text=text, shown=shown, version=version, errors=[KEPT], status=409)
    except InvalidInput as fault:
        return editor(request, asset, text=text, shown=shown, version=version, errors=[fault], status=422)
    without_images = (saved.description_raw or "") != text
    messages.success(request, f"Description saved{', without its images' if without_images else ''}.")
    return redirect(asset.get_absolute_url())


def conflict(request: HttpRequest, kind: AssetKind, asset: Any, *, text: str, shown: str) -> HttpResponse:
    """The form again, with the own text in it, and what changed since it was opened; saving again takes it as seen."""
    theirs = one_kind_of_line(asset.description_raw or "")
    changed = {
        "theirs": theirs,
        "change": last_change(asset.account, kind, updated_at=asset.updated_at),
        "differences": differences(shown, theirs),
    }
    version = version_of(asset.description_raw)
    return editor(request, asset, text=text, shown=theirs, version=version, conflict=changed, status=409)


def one_kind_of_line(text: str) -> str:
    r"""The text with \n alone between its lines: forms send \r\n whatever they were given (HTML, form submission)."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def differences(before: str, after: str) -> list[tuple[str, str]]:
    """The lines that were taken out ("-") and put in ("+"), with one around them; none of texts with too many lines."""
    old, new = before.split("\n"), after.split("\n")
    if max(len(old), len(new)) > MAX_LINES_COMPARED:
        return []
    lines = islice(unified_diff(old, new, n=1, lineterm=""), 2, None)  # after the names of two files
    return [(line[:1], line[1:]) for line in lines if not line.startswith("@@")]


def editor(
    request: HttpRequest, asset: Any, *, text: str, shown: str, version: str, status: int = 200, **more: Any
) -> HttpResponse:
    context = {
        "asset": asset,
        "text": text,
        "shown": shown,
        "version": version,
        "longest": MAX_MARKDOWN_LENGTH,
        "longest_formatted": MAX_LENGTH,
        "preview_html": rendered(text) if more.get("preview") else "",
        **more,
    }
    return render(request, "catalog/description.html", context, status=status)
