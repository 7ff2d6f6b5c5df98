"""Documentation of assets of any source, and the columns that follow from a new text."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.actors import Actor
from accounts.checked import Given, Row, check_once
from accounts.models import Account
from catalog.choices import TableExternalDescriptionSource
from catalog.errors import NotEditable
from catalog.index import writing as index
from catalog.models import Dashboard, Table, Term
from catalog.models.assets import AssetKind
from catalog.rules.documentation import (
    Documentation,
    below,
    check_additions,
    check_documentation,
    check_revisions,
    something_left,
    without_images,
)
from catalog.rules.versions import check_one_each, check_versions
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
    expected: Sequence[str] | None = None,
    append: bool = False,
) -> list[Table]:
    """Overwrite the documentation of these tables, all or none; NotFound for an unknown one.

    `expected` are the versions (`catalog.rules.versions`) of the texts that the rows replace, one a row, empty for no
    text: TextExists for one that was not named, TextChanged for one that is another by now. With `append` each text is
    put below the stored one, of which no version is needed.
    """
    checked = check_once(rule_for(expected, append=append), rows)
    lock_api_source(account)  # whoever renames what lies above writes the same rows
    tables = find_locked(Table.objects.visible_to(account), [row["id"] for row in checked])
    document(tables, checked, by=by, now=now, expected=expected, append=append)
    index.refresh(account, {AssetKind.TABLE: ids_of(tables)}, now=now)
    record_change("update_tables_documentation", account, ids_of(tables), kind="table", by=by, now=now)
    return tables


@transaction.atomic
def update_dashboards_documentation(
    account: Account,
    *,
    rows: Given[Sequence[Documentation]],
    by: Actor | None,
    now: datetime,
    expected: Sequence[str] | None = None,
    append: bool = False,
) -> list[Dashboard]:
    """The same of dashboards."""
    checked = check_once(rule_for(expected, append=append), rows)
    dashboards = find_locked(Dashboard.objects.visible_to(account), [row["id"] for row in checked])
    document(dashboards, checked, by=by, now=now, expected=expected, append=append)
    index.refresh(account, {AssetKind.DASHBOARD: ids_of(dashboards)}, now=now)
    record_change("update_dashboards_documentation", account, ids_of(dashboards), kind="dashboard", by=by, now=now)
    return dashboards


@transaction.atomic
def update_terms_documentation(
    account: Account,
    *,
    rows: Given[Sequence[Documentation]],
    by: Actor | None,
    now: datetime,
    expected: Sequence[str] | None = None,
    append: bool = False,
) -> list[Term]:
    """The same of terms; NotEditable for one that is kept in a source, which would write over it."""
    checked = check_once(rule_for(expected, append=append), rows)
    lock_associations(account)  # whoever moves terms writes the same rows
    terms = find_locked(Term.objects.visible_to(account), [row["id"] for row in checked])
    check_not_kept(terms)
    document(terms, checked, by=by, now=now, expected=expected, append=append, last_edited_at=now)
    index.refresh(account, {AssetKind.TERM: ids_of(terms)}, now=now)
    record_change("update_terms_documentation", account, ids_of(terms), kind="term", by=by, now=now)
    return terms


def check_not_kept(terms: Iterable[Term]) -> None:
    """Raises NotEditable for terms that are kept in a source, which would write over what is said of them here."""
    if kept := [str(term.pk) for term in terms if term.external_id is not None]:
        raise NotEditable(f"Term kept in its source: {', '.join(kept)}")


def rule_for(expected: Sequence[str] | None, *, append: bool) -> Callable[[Sequence[Documentation]], None]:
    """Whoever has read the texts before, or adds to them, may say as much as a text may hold."""
    if append:
        return check_additions
    return check_documentation if expected is None else check_revisions


def document(
    assets: Sequence[Any],
    rows: Sequence[Documentation],
    *,
    by: Actor | None,
    now: datetime,
    expected: Sequence[str] | None,
    append: bool,
    **more: Any,
) -> None:
    """Give the assets, which are locked, these texts, and more columns that say the same of each."""
    texts = [without_images(row["description_markdown"]) for row in rows]
    if expected is not None or append:
        texts = revised(assets, rows, [""] * len(rows) if expected is None else expected, append=append)
    more |= {"last_described_by_user": by.user} if by else {}
    write(assets, [written_anew(text, row) | more for text, row in zip(texts, rows, strict=True)], now=now)


def revised(
    assets: Sequence[Any], rows: Sequence[Documentation], expected: Sequence[str], *, append: bool
) -> list[str]:
    """The new texts of assets whose texts have the versions expected; an empty one is no condition to `append`."""
    check_one_each(rows, expected)
    compared = [(asset, version) for asset, version in zip(assets, expected, strict=True) if version or not append]
    check_versions([(asset.pk, asset.description_raw) for asset, _ in compared], [version for _, version in compared])
    texts = [something_left(row["description_markdown"]) for row in rows]
    return [below(asset.description_raw, text) for asset, text in zip(assets, texts, strict=True)] if append else texts


def written_anew(text: str, row: Documentation) -> dict[str, Any]:
    """The columns that documentation sets."""
    return documented(text) | {"is_description_generated": bool(row.get("is_description_generated"))}


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
