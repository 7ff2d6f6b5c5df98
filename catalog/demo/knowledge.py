"""What people add: terms, tags, owners, pins, products, and their word that something is good or not."""

from datetime import timedelta
from typing import Any

from django.db.models import Model

from catalog.demo.draft import Draft, pointing
from catalog.demo.reading import Facts, read_facts, read_terms
from catalog.models import (
    DataProduct,
    EntityEditor,
    OwnerEntity,
    OwnerLabel,
    PinnedAsset,
    Tag,
    TeamOwnerEntity,
    Term,
)
from catalog.models.assets import KINDS

AGO = timedelta(days=20)  # since people last looked


def add_tags(draft: Draft) -> None:
    for label, color in read_facts("knowledge")["tags"].items():
        draft.tags[label] = draft.add(Tag(label=label, color=color))


def add_terms(draft: Draft) -> None:
    facts = read_facts("knowledge")
    above: list[Term] = []
    for depth, name, text in read_terms():
        del above[depth:]
        parent = above[-1] if above else None
        row = Term(name=name, parent_term=parent, description_raw=text, last_edited_at=draft.now - AGO)
        above.append(draft.add_asset(name, row, facts["terms"].get(name, {})))
    for label, name in facts["linked"].items():
        draft.tags[label].linked_term = draft.assets[name]


def add_opinions(draft: Draft) -> None:
    """What files say of assets beside what their source knows; after all assets, for some name others."""
    labels = {label: draft.add(OwnerLabel(label=label)) for label in read_facts("knowledge")["owner_labels"]}
    for asset, facts in draft.facts:
        judge(draft, asset, facts)
        add_owners(draft, asset, facts, labels)
        for label in facts.get("tags", ()):
            draft.tag(asset, label)
        for editor in facts.get("editors", ()):
            draft.add(EntityEditor(source_user=draft.source_users[editor], **pointing(asset)))
        for name in facts.get("pinned", ()):
            ends: dict[str, Any] = pointing(asset, "from_") | pointing(draft.assets[name], "to_")
            draft.add(PinnedAsset(**ends))
        if facts.get("product"):
            cover = f"https://images.example/{KINDS[type(asset)]}.png"
            draft.add(DataProduct(**pointing(asset), cover_url=cover))


def judge(draft: Draft, asset: Any, facts: Facts) -> None:
    """Describe, verify and deprecate."""
    when = draft.now - AGO
    owners = [draft.people[name] for name in facts.get("owners", ()) if name in draft.people]
    if text := facts.get("text"):
        asset.description_raw, asset.is_description_generated = text, False
        asset.last_described_by_user = owners[0] if owners else draft.people["ada"]
    if name := facts.get("verified"):
        asset.verified_at, asset.verified_by_user = when, draft.people[name]
    if name := facts.get("deprecated"):
        asset.deprecated_at, asset.deprecated_by_user = when, draft.people[name]


def add_owners(draft: Draft, asset: Model, facts: Facts, labels: dict[str, OwnerLabel]) -> None:
    for name, label in facts.get("owners", {}).items():
        whole: dict[str, Any] = pointing(asset) | {"owner_label": labels[label]}
        if name in draft.people:
            draft.add(OwnerEntity(user=draft.people[name], **whole))
        else:
            draft.add(TeamOwnerEntity(team=draft.teams[name], **whole))
