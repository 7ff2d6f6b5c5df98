"""Terms, tags on assets and pinned assets, as programs write them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.actors import Actor
from accounts.checked import Given, Row, check_once
from accounts.models import Account
from catalog.choices import TagEntityOrigin
from catalog.errors import TermExists
from catalog.index import writing as index
from catalog.models import CatalogQuerySet, PinnedAsset, Tag, TagEntity, Term
from catalog.models.assets import AssetKind
from catalog.rules import knowledge as rules
from catalog.services.associations import (
    AssociatedIds,
    associate,
    associations_of,
    find_associated,
    ids_by_kind,
    in_order,
    lock_associations,
)
from catalog.services.bulk import record_change
from catalog.services.documentation import check_not_kept, documented
from catalog.services.lookups import find_one
from catalog.services.term_tree import children, empty, place
from database import returning


@transaction.atomic
def create_term(
    account: Account, *, row: Given[rules.NewTerm], by: Actor | None, now: datetime, allow_duplicate: bool = True
) -> Term:
    """The new term, a root unless `parent_term_id` is given; `linked_tag_id` takes the tag from its former term.

    NotFound for an unknown parent or tag, InvalidInput for a term too deep. TermExists, unless duplicates are allowed,
    when another has the name, but for its case and the blanks around it.
    """
    checked = check_once(rules.check_new_term, row)
    lock_associations(account)
    if not allow_duplicate:
        refuse_known(account, checked["name"])
    parent, tag = named(account, Term, checked.get("parent_term_id")), named(account, Tag, checked.get("linked_tag_id"))
    term = Term(account=account, created_at=now, **changes(checked, now=now))
    place(account, term, parent)
    term.save(force_insert=True)
    link(account, term, tag, now=now)
    index.refresh(account, {AssetKind.TERM: [term.pk]}, now=now)
    record_change("create_term", account, [term.pk], kind="term", by=by, now=now, detail=term.name)
    return term


@transaction.atomic
def update_term(account: Account, *, row: Given[rules.TermChange], by: Actor | None, now: datetime) -> Term:
    """The term with what was given; None as `parent_term_id` makes it a root, as `linked_tag_id` it unlinks.

    NotFound for an unknown term, parent or tag, InvalidInput for a term that would lie in itself, or too deep,
    NotEditable for the description of one that is kept in a source.
    """
    checked = check_once(rules.check_term_change, row)
    lock_associations(account)
    term: Term = find_one(Term.objects.visible_to(account), checked["id"])
    if "description" in checked:
        check_not_kept([term])
    parent, tag = named(account, Term, checked.get("parent_term_id")), named(account, Tag, checked.get("linked_tag_id"))
    if checked.keys() == {"id"}:
        return term
    given = changes(checked, now=now)
    for field, value in given.items():
        setattr(term, field, value)
    if "parent_term_id" in checked:
        place(account, term, parent)
    term.save(update_fields=[*given, "parent_term", "depth_level"])
    if "linked_tag_id" in checked:
        link(account, term, tag, now=now)
    changed = with_children(account, term) if "name" in checked else [term.pk]
    index.refresh(account, {AssetKind.TERM: changed}, now=now)
    record_change("update_term", account, [term.pk], kind="term", by=by, now=now, detail=term.name)
    return term


@transaction.atomic
def delete_term(account: Account, *, row: Given[rules.FormerTerm], by: Actor | None, now: datetime) -> None:
    """Remove the term for good, and what was said of it: its owners, tags and pins. NotFound for an unknown one.

    What lies in it moves up to its parent; the tag that is linked with it stays.
    """
    checked = check_once(rules.check_former_term, row)
    lock_associations(account)
    term: Term = find_one(Term.objects.visible_to(account), checked["id"])
    changed = with_children(account, term)
    empty(account, term, now=now)
    record_change("delete_term", account, [term.pk], kind="term", by=by, now=now, detail=term.name)
    term.delete()
    index.refresh(account, {AssetKind.TERM: changed}, now=now)


def with_children(account: Account, term: Term) -> list[UUID]:
    """The ids of the term, and of those that are found by its name because they lie in it."""
    return [term.pk, *children(account, {term.pk})]


def refuse_known(account: Account, name: str) -> None:
    """TermExists for a term of this name. All are read: databases do not agree on what a capital of É is."""
    terms = Term.objects.visible_to(account).filter(deleted_at=None).order_by("pk").values_list("pk", "name")
    wanted = name.strip().casefold()
    for pk, known in terms.iterator():
        if known.strip().casefold() == wanted:
            raise TermExists(pk, known)


def named(account: Account, model: type[Term | Tag], text: str | None) -> Any:
    """The account's row of that id, None without an id."""
    rows: CatalogQuerySet = model.objects.visible_to(account)
    return None if text is None else find_one(rows, text)


def changes(row: Row, *, now: datetime) -> Mapping[str, Any]:
    """The columns to set on the term, without parent and tag."""
    given = {"updated_at": now, "last_edited_at": now}
    if "name" in row:
        given |= {"name": row["name"]}
    if "description" in row:
        given |= documented(row["description"])
    return given


def link(account: Account, term: Term, tag: Tag | None, *, now: datetime) -> None:
    """Let the term have this tag and no other, and the tag this term."""
    tags = Tag.objects.visible_to(account)
    tags.filter(linked_term=term).update(linked_term=None, updated_at=now)
    if tag is not None:
        tags.filter(pk=tag.pk).update(linked_term=term, updated_at=now)


@transaction.atomic
def attach_tags(account: Account, *, rows: Given[Sequence[rules.TagOnAsset]], by: Actor | None, now: datetime) -> None:
    """Label assets; labels that the account does not have are made. NotFound for an unknown asset."""
    checked = check_once(rules.check_tags, rows)
    lock_associations(account)
    assets = find_associated(account, [rules.tagged_asset(row) for row in checked])
    labels = {rules.label_of(row) for row in checked}
    missing = [Tag(account=account, label=text, created_at=now, updated_at=now) for text in sorted(labels)]
    Tag.objects.bulk_create(missing, ignore_conflicts=True)
    attached = associate(account, TagEntity, with_tags(account, checked, assets), now=now, origin=TagEntityOrigin.USER)
    index.refresh(account, ids_by_kind(assets), now=now)
    record_change("attach_tags", account, attached, kind="tag on an asset", by=by, now=now)


@transaction.atomic
def detach_tags(account: Account, *, rows: Given[Sequence[rules.TagOnAsset]], by: Actor | None, now: datetime) -> None:
    """Take labels off assets, whoever put them there; NotFound for an unknown asset.

    A tag that was on one of them and is on nothing now is deleted, unless it is linked with a term.
    """
    checked = check_once(rules.check_tags, rows)
    lock_associations(account)
    assets = find_associated(account, [rules.tagged_asset(row) for row in checked])
    entities = associations_of(TagEntity.objects.visible_to(account), with_tags(account, checked, assets))
    tags = dict(entities.values_list("pk", "tag"))
    entities.delete()
    Tag.objects.visible_to(account).filter(pk__in=set(tags.values()), entities=None, linked_term=None).delete()
    index.refresh(account, ids_by_kind(assets), now=now)
    record_change("detach_tags", account, list(tags), kind="tag on an asset", by=by, now=now)


def with_tags(account: Account, rows: Sequence[Row], assets: Sequence[AssociatedIds]) -> list[AssociatedIds]:
    """Tag and asset of each row whose label the account has."""
    labels = [rules.label_of(row) for row in rows]
    tags = Tag.objects.visible_to(account).filter(label__in=set(labels))
    pks = dict(tags.values_list("label", "pk"))
    return [asset | {"tag_id": pks[label]} for label, asset in zip(labels, assets, strict=True) if label in pks]


@transaction.atomic
def upsert_pinned_assets(
    account: Account, *, rows: Given[Sequence[rules.Pin]], by: Actor | None, now: datetime
) -> list[PinnedAsset]:
    """The pins in the order of the rows; one that is there stays as it is. NotFound for an unknown asset."""
    checked = check_once(rules.check_pins, rows)
    lock_associations(account)
    ids = find_associated(account, [rules.associated_by_pin(row) for row in checked])
    new = associate(account, PinnedAsset, ids, now=now)
    pins = in_order(PinnedAsset.objects.visible_to(account), ids)
    record_change("upsert_pinned_assets", account, new, kind="pin", by=by, now=now)
    return pins


@transaction.atomic
def remove_pinned_assets(
    account: Account, *, rows: Given[Sequence[rules.Pin]], by: Actor | None, now: datetime
) -> None:
    """Unpin what is pinned. NotFound for an unknown asset, and then nothing is."""
    checked = check_once(rules.check_pins, rows)
    lock_associations(account)
    ids = find_associated(account, [rules.associated_by_pin(row) for row in checked])
    removed = returning.delete(associations_of(PinnedAsset.objects.visible_to(account), ids))
    record_change("remove_pinned_assets", account, removed, kind="pin", by=by, now=now)
