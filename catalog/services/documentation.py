"""Documentation of assets of any source, and the columns that follow from a new text."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.actors import Actor
from accounts.checked import Given, Row, check_once
from accounts.models import Account
from catalog.choices import TableExternalDescriptionSource
from catalog.errors import ChangedMeanwhile, NotEditable
from catalog.models import Dashboard, Table, Term
from catalog.rules.documentation import Documentation, check_documentation, without_images
from catalog.services.associations import lock_associations
from catalog.services.bulk import ids_of, record_change, write
from catalog.services.lookups import find_locked, lock_api_source

API = TableExternalDescriptionSource.API  # the same word for columns


@transaction.atomic
def update_tables_documentation(
    account: Account,
    *,
    rows: Given[Sequence[Documentation]],
    by: Actor | None,
    now: datetime,
    shown: str | None = None,
) -> list[Table]:
    """Overwrite the documentation of these tables, all or none; NotFound for an unknown one.

    `shown` is the text that whoever writes had before them: ChangedMeanwhile when one of the rows has another by now.
    """
    checked = check_once(check_documentation, rows)
    lock_api_source(account)  # whoever renames what lies above writes the same rows
    tables = find_locked(Table.objects.visible_to(account), [row["id"] for row in checked])
    refuse_changed(tables, shown)
    document(tables, checked, by=by, now=now)
    record_change("update_tables_documentation", account, ids_of(tables), kind="table", by=by, now=now)
    return tables


@transaction.atomic
def update_dashboards_documentation(
    account: Account,
    *,
    rows: Given[Sequence[Documentation]],
    by: Actor | None,
    now: datetime,
    shown: str | None = None,
) -> list[Dashboard]:
    """The same of dashboards."""
    checked = check_once(check_documentation, rows)
    dashboards = find_locked(Dashboard.objects.visible_to(account), [row["id"] for row in checked])
    refuse_changed(dashboards, shown)
    document(dashboards, checked, by=by, now=now)
    record_change("update_dashboards_documentation", account, ids_of(dashboards), kind="dashboard", by=by, now=now)
    return dashboards


@transaction.atomic
def update_terms_documentation(
    account: Account,
    *,
    rows: Given[Sequence[Documentation]],
    by: Actor | None,
    now: datetime,
    shown: str | None = None,
) -> list[Term]:
    """The same of terms; NotEditable for one that is kept in a source, which would write over it."""
    checked = check_once(check_documentation, rows)
    lock_associations(account)  # whoever moves terms writes the same rows
    terms = find_locked(Term.objects.visible_to(account), [row["id"] for row in checked])
    check_not_kept(terms)
    refuse_changed(terms, shown)
    document(terms, checked, by=by, now=now, last_edited_at=now)
    record_change("update_terms_documentation", account, ids_of(terms), kind="term", by=by, now=now)
    return terms


def check_not_kept(terms: Iterable[Term]) -> None:
    """Raises NotEditable for terms that are kept in a source, which would write over what is said of them here."""
    if kept := [str(term.pk) for term in terms if term.external_id is not None]:
        raise NotEditable(f"Term kept in its source: {', '.join(kept)}")


def refuse_changed(assets: Sequence[Any], shown: str | None) -> None:
    """ChangedMeanwhile unless these assets, which are locked, have the text that was shown, if any was."""
    if shown is not None and any(one_kind_of_line(asset.description_raw or "") != shown for asset in assets):
        raise ChangedMeanwhile("The description was changed since it was shown.")


def one_kind_of_line(text: str) -> str:
    r"""The text with \n alone between its lines: forms send \r\n whatever they were given (HTML, form submission)."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def document(
    assets: Sequence[Any], rows: Sequence[Documentation], *, by: Actor | None, now: datetime, **more: Any
) -> None:
    """Give the assets these texts, and more columns that say the same of each."""
    person = {"last_described_by_user": by.user} if by else {}
    write(assets, [written_anew(row) | person | more for row in rows], now=now)


def written_anew(row: Documentation) -> dict[str, Any]:
    """The columns that documentation sets, without images."""
    generated = bool(row.get("is_description_generated"))
    return documented(without_images(row["description_markdown"])) | {"is_description_generated": generated}


def documented(markdown: str) -> dict[str, Any]:
    """The columns of a new text; those that described the text before it are reset."""
    return {
        "description_raw": markdown,
        "description_state_lexical": None,  # the editor's state of a text that is gone
        "is_description_generated": False,
        "last_described_by_user": None,  # unless a person writes: a token stands for its account
    }


def with_origin(row: Row) -> dict[str, Any]:
    """What was given, and the columns that follow from its texts: the API is their source, and none is generated."""
    follows: dict[str, Any] = {}
    if "external_description" in row:
        follows["external_description_source"] = None if row["external_description"] is None else API
    if row.keys() & {"external_description", "description_raw"}:
        follows["is_description_generated"] = False
    return {**row, **follows}
