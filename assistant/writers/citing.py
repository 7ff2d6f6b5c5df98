"""How an answer names an asset: by a link to its page, and by what is kept of it as a citation."""

from typing import Any

from django.conf import settings
from django.urls import reverse

from assistant.drafts import Candidate, Cited, ColumnFact, Neighbour
from assistant.writers.escaping import link
from assistant.writers.quotes import Quote
from catalog.models.assets import AssetKind


def named(asset: Candidate) -> str:
    """A link to its page, by its path; a term by its name alone."""
    return link(asset.name if asset.kind == AssetKind.TERM else asset.path, asset.url)


def strong(asset: Candidate) -> str:
    return f"**{named(asset)}**"


def page(view: str) -> str:
    return f"{settings.BASE_URL}{reverse(view)}"


def cited(asset: Candidate, said: Quote | None = None) -> Cited:
    quoted: dict[str, Any] = {"quote": said.text, "field": said.field} if said else {}
    return Cited(asset.kind, asset.id, asset.name, asset.place, **quoted)


def cited_neighbour(one: Neighbour) -> Cited:
    between = "." if one.kind in {AssetKind.TABLE, AssetKind.COLUMN} else "/"
    place, _, name = one.path.rpartition(between)
    return Cited(one.kind, one.id, name, place)


def cited_column(asset: Candidate, column: ColumnFact) -> Cited:
    return Cited(AssetKind.COLUMN.value, column.id, column.name, asset.path)


def column_url(asset: Candidate, column: ColumnFact) -> str:
    """Its place on the page of its table."""
    return f"{asset.url}#column-{column.id}"
