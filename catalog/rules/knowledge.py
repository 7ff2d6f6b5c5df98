"""Rules for terms, tags on assets and pins as callers send them."""

from collections.abc import Sequence
from functools import partial
from typing import Required, TypedDict

from accounts.checked import Row
from catalog.models.knowledge import LABEL_LENGTH, PINNED_FROM, PINNED_TO, TAGGED
from catalog.models.rows import TEXT_LENGTH
from catalog.rules.assets import Associated, NamedAsset, check_kind, named_asset
from catalog.rules.batches import Check, check_each, check_fields, check_row
from catalog.rules.values import check_required


class TermValues(TypedDict, total=False):
    parent_term_id: str | None
    linked_tag_id: str | None


class NewTerm(TermValues, total=False):
    name: Required[str]
    description: Required[str]


class TermChange(TermValues, total=False):
    id: Required[str]
    name: str
    description: str


class FormerTerm(TypedDict):
    id: str


class TagOnAsset(TypedDict):
    label: str
    entity_type: str
    entity_id: str


class PinSide(TypedDict):
    type: str
    id: str


Pin = TypedDict("Pin", {"from": PinSide, "to": PinSide})  # a keyword, so no class

TERM: dict[str, Check] = {"name": check_required, "description": partial(check_required, longest=TEXT_LENGTH)}


def check_new_term(row: NewTerm) -> None:
    """InvalidInput for a name or a description that is null, blank or too long."""
    check_row(row, NewTerm, TERM)


def check_term_change(row: TermChange) -> None:
    """The same of one that is known."""
    check_row(row, TermChange, TERM)


def check_former_term(row: FormerTerm) -> None:
    check_row(row, FormerTerm, {})


def check_tags(rows: Sequence[TagOnAsset]) -> None:
    """Of tags to attach or to detach."""
    check_each(rows, check_tag)


def check_tag(row: Row) -> None:
    check_fields(row, TagOnAsset)
    check_required("label", label_of(row), LABEL_LENGTH)
    check_kind(named_asset(row["entity_type"], row["entity_id"]), TAGGED)


def label_of(row: Row) -> str:
    """The tag's label, without the blanks around it."""
    text: str = row["label"]
    return text.strip()


def tagged_asset(row: Row) -> Associated:
    """The asset alone: the tag may have to be made yet."""
    asset = named_asset(row["entity_type"], row["entity_id"])
    return {f"{asset[0]}_id": asset}


def check_pins(rows: Sequence[Pin]) -> None:
    """Of pins to make or to remove."""
    check_each(rows, check_pin)


def check_pin(row: Row) -> None:
    check_fields(row, Pin)
    for side, kinds in (("from", PINNED_FROM), ("to", PINNED_TO)):
        check_fields(row[side], PinSide)
        check_kind(asset_at(row, side), kinds)


def associated_by_pin(row: Row) -> Associated:
    return {f"{side}_{asset_at(row, side)[0]}_id": asset_at(row, side) for side in ("from", "to")}


def asset_at(row: Row, side: str) -> NamedAsset:
    return named_asset(row[side]["type"], row[side]["id"])
