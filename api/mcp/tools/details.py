"""What tools that read assets have in common: references, the part of a Read Me, what is known of any asset."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any

from msgspec import Meta

from api.mcp.answers import Answer, address, asked_for, percent
from api.mcp.calls import Call
from api.mcp.refusals import Told, none_found
from api.mcp.schemas import of_answer
from catalog.models.assets import AssetKind
from catalog.queries.details import Details
from catalog.queries.finding import FoundAssets, find_assets

MAX_DESCRIPTION = 300  # characters of the description of a column or a field in a list

Reference = Annotated[str, Meta(min_length=1, max_length=1000)]
ReadmeChars = Annotated[
    int,
    Meta(
        ge=0,
        le=30_000,
        description="Characters of each Read Me; readme_chars in the answer tells its whole length.",
    ),
]
ReadmeOffset = Annotated[int, Meta(ge=0, le=1_000_000, description="Where in the Read Me to begin.")]

DESCRIBED = {
    "description": str,
    "readme": str,
    "readme_chars": int,
    "readme_version": str,
    "tags": [str],
    "owners": [{"name": str, "email": str}],
    "verified": bool,
    "deprecated": bool,
    "popularity": int,
    "url": str,
}
OF_REFERENCES = {
    "returned": int,
    "truncated": bool,
    "left_out": [str],
    "not_found": [{"ref": str, "similar": [str]}],
}


def read_answer(item: Mapping[str, Any]) -> dict[str, Any]:
    return of_answer({"items": [item], **OF_REFERENCES}, required=("items", "returned"))


def described(details: Details, *, offset: int, chars: int) -> dict[str, Any]:
    """What tables, dashboards and terms have in common, with so many characters of the Read Me from `offset` on."""
    asset = details.asset
    return {
        "id": str(details.reference.id),
        "path": details.reference.path,
        "description": asset.external_description,
        "readme": details.readme[offset : offset + chars],
        "readme_chars": len(details.readme) or None,
        "readme_version": details.version,
        "tags": details.tags,
        "owners": [{"name": owner.name, "email": owner.email} for owner in details.owners],
        "verified": asset.is_verified,
        "deprecated": asset.is_deprecated,
        "popularity": percent(getattr(asset, "popularity", None)),
        "url": address(details.reference.url),
    }


def some_found(call: Call, kind: AssetKind, references: Sequence[str]) -> FoundAssets:
    """The assets that were found. Raises Told when none was, and AmbiguousReference."""
    found = find_assets(call.account, kind, references)
    if not found.rows:
        raise Told(none_found(kind.value, found.missing))
    return found


def of_references(found: FoundAssets, items: Iterable[dict[str, Any]]) -> Answer:
    """The items, which are in the order of what was found, by what they were called."""
    return asked_for(dict(zip(found.rows, items, strict=True)), missing=found.missing)
