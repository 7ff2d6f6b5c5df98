"""What a language model is shown of assets: facts as JSON, with refs in place of ids.

Addresses, of the web and of mail, and ids are left out of whatever people wrote; so are characters that nobody sees.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from assistant.drafts import Candidate, Neighbour
from assistant.writers.escaping import ELLIPSIS, shortened, spared
from assistant.writers.refs import Refs
from catalog.models.assets import AssetKind

MAX_RESULT = 6_000  # characters of JSON that one call of a tool returns
MAX_TEXT = 700  # characters of a description
MAX_PART_TEXT = 160  # of a column's, and of an asset in a list
ID = re.compile(r"\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b", re.IGNORECASE)
LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")  # of Markdown: its words stay

Card = dict[str, Any]


def clean(value: Any) -> Any:
    """The same without addresses and ids, and without what says nothing."""
    if isinstance(value, str):
        return ID.sub(ELLIPSIS, spared(LINK.sub(r"\1", value)))
    if isinstance(value, Mapping):
        cleaned = {key: clean(one) for key, one in value.items()}
        return {key: one for key, one in cleaned.items() if one not in ("", None, False, [], {})}
    if isinstance(value, list | tuple):
        return [clean(one) for one in value]
    return value


def as_data(found: Any) -> str:
    """The JSON in which everything of the catalog reaches a model."""
    return json.dumps({"catalog_data": clean(found)}, ensure_ascii=False)


def fitting(refs: Refs, key: str, cards: Iterable[Card], *, longest: int = MAX_RESULT, **beside: Any) -> str:
    """The same of as many cards as there is room for, and how many are left out; of one alone, its lists are cut.

    What is told may be cited from then on.
    """
    shown = list(cards)
    left_out = 0
    while len(text := as_data({**beside, key: shown, "left_out": left_out or None})) > longest:
        if len(shown) > 1:
            shown.pop()
            left_out += 1
        elif not (shown and cut(shown[0])):
            return as_data({"error": "too_long"})
    refs.show(shown)
    return text


def cut(one: Card) -> bool:
    """Halve the longest list of a card; False when it has none."""
    lists = {key: len(as_data(value)) for key, value in one.items() if isinstance(value, list) and value}
    if not lists:
        return False
    key = max(lists, key=lists.__getitem__)
    one[key] = one[key][: len(one[key]) // 2]
    one["cut"] = True
    return True


def short_card(refs: Refs, asset: Candidate) -> Card:
    """For a list: what it is, and the beginning of what is said of it."""
    text = next((text for _, text in asset.texts), "")
    return {
        "ref": refs.to_asset(asset),
        "kind": asset.kind,
        "path": asset.path,
        "verified": asset.verified,
        "deprecated": asset.deprecated,
        "description": shortened(text, MAX_PART_TEXT),
    }


def card(refs: Refs, asset: Candidate) -> Card:
    """All that is known of an asset."""
    return short_card(refs, asset) | {
        "description": [shortened(text, MAX_TEXT) for _, text in asset.texts],
        "tags": asset.tags,
        "owners": asset.owners,
        "verified_by": asset.verified_by,
        "popularity": asset.popularity,
        "data_changed_at": asset.freshness.date().isoformat() if asset.freshness else None,
        "quality_checks": [{"name": name, "result": result} for name, result in asset.quality],
        "columns" if asset.kind == AssetKind.TABLE else "fields": columns(refs, asset),
        "column_count": asset.column_count or None,
        "made_from": neighbours(refs, asset.parents),
        "more_made_from": asset.more_parents or None,
        "used_by": neighbours(refs, asset.children),
        "more_used_by": asset.more_children or None,
        "pinned": neighbours(refs, asset.pinned),
    }


def columns(refs: Refs, asset: Candidate) -> list[Card]:
    return [
        {
            "ref": refs.to_column(asset, column),
            "name": column.name,
            "description": shortened(column.text, MAX_PART_TEXT),
            "personal": column.personal,
        }
        for column in asset.columns
    ]


def neighbours(refs: Refs, assets: Sequence[Neighbour]) -> list[Card]:
    return [{"ref": refs.to_neighbour(one), "kind": one.kind, "path": one.path} for one in assets]
