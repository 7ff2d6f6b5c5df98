"""What follows from a text that a program wrote."""

from typing import Any

from catalog.choices import TableExternalDescriptionSource
from catalog.rules.batches import Row

API = TableExternalDescriptionSource.API  # the same word for columns


def with_origin(row: Row) -> dict[str, Any]:
    """What was given, with what follows from its texts: the API as the source, and that Catalog generated none."""
    follows: dict[str, Any] = {}
    if "external_description" in row:
        follows["external_description_source"] = None if row["external_description"] is None else API
    if row.keys() & {"external_description", "description_raw"}:
        follows["is_description_generated"] = False
    return {**row, **follows}


def documented(markdown: str) -> dict[str, Any]:
    """The text, and what was true of the text before it."""
    return {
        "description_raw": markdown,
        "description_state_lexical": None,  # the editor's state of a text that is gone
        "is_description_generated": False,
        "last_described_by_user": None,  # a token stands for its account, not for whoever wrote here before
    }
