"""What tags may be called, and what they may be on."""

from collections.abc import Sequence

from catalog.models.knowledge import LABEL_LENGTH, TAGGED
from catalog.rules.assets import Ends, check_each, check_kind, named
from catalog.rules.batches import Row
from catalog.rules.texts import check_required


def check_tags(rows: Sequence[Row]) -> None:
    """Of tags to attach or to detach: each row has `label`, `entity_type` and `entity_id`."""
    check_each(rows, check_tag)


def check_tag(row: Row) -> None:
    check_required("label", label(row), LABEL_LENGTH)
    check_kind(named(row["entity_type"], row["entity_id"]), TAGGED)


def label(row: Row) -> str:
    """The tag's label, without the blanks around it."""
    text: str = row["label"]
    return text.strip()


def tag_ends(row: Row) -> Ends:
    """The asset alone: the tag may have to be made yet."""
    asset = named(row["entity_type"], row["entity_id"])
    return {f"{asset[0]}_id": asset}
