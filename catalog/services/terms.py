"""Pages of knowledge, as programs write them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import Account
from catalog.models import CatalogQuerySet, Tag, Term
from catalog.rules.batches import Row
from catalog.rules.terms import check_term
from catalog.services.descriptions import documented
from catalog.services.ends import lock_ends
from catalog.services.finding import find
from catalog.services.tree import empty, place


@transaction.atomic
def create_term(account: Account, *, row: Row, now: datetime) -> Term:
    """The new term, a root unless `parent_term_id` is given; `linked_tag_id` takes the tag from its former term.

    NotFound for an unknown parent or tag, InvalidInput for a term too deep.
    """
    check_term(row)
    lock_ends(account)
    parent, tag = named(account, Term, row.get("parent_term_id")), named(account, Tag, row.get("linked_tag_id"))
    term = Term(account=account, created_at=now, **changes(row, now=now))
    place(account, term, parent)
    term.save(force_insert=True)
    link(account, term, tag, now=now)
    return term


@transaction.atomic
def update_term(account: Account, *, row: Row, now: datetime) -> Term:
    """The term with what was given; None as `parent_term_id` makes it a root, as `linked_tag_id` it unlinks.

    NotFound for an unknown term, parent or tag, InvalidInput for a term that would lie in itself, or too deep.
    """
    check_term(row)
    lock_ends(account)
    term: Term = find(Term.objects.visible_to(account), [row["id"]])[0]
    parent, tag = named(account, Term, row.get("parent_term_id")), named(account, Tag, row.get("linked_tag_id"))
    if row.keys() == {"id"}:
        return term
    given = changes(row, now=now)
    for field, value in given.items():
        setattr(term, field, value)
    if "parent_term_id" in row:
        place(account, term, parent)
    term.save(update_fields=[*given, "parent_term", "depth_level"])
    if "linked_tag_id" in row:
        link(account, term, tag, now=now)
    return term


@transaction.atomic
def delete_term(account: Account, *, row: Row, now: datetime) -> None:
    """Remove the term for good, and what was said of it: its owners, tags and pins. NotFound for an unknown one.

    What lies in it moves up to its parent; the tag that is linked with it stays.
    """
    lock_ends(account)
    term: Term = find(Term.objects.visible_to(account), [row["id"]])[0]
    empty(account, term, now=now)
    term.delete()


def named(account: Account, model: type[Term | Tag], text: str | None) -> Any:
    """The account's row of that id, None without an id."""
    rows: CatalogQuerySet = model.objects.visible_to(account)
    return None if text is None else find(rows, [text])[0]


def changes(row: Row, *, now: datetime) -> Mapping[str, Any]:
    """What becomes of the term's own fields."""
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
