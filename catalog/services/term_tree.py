"""The tree of terms: each below its parent, `depth_level` levels below the top."""

from datetime import datetime
from uuid import UUID

from django.db.models import F

from accounts.models import Account
from catalog.errors import InvalidInput
from catalog.models import Term

MAX_TERM_DEPTH = 100  # levels below the top: a change of the tree costs a query for each


def place(account: Account, term: Term, parent: Term | None) -> None:
    """Put the term below this parent, or at the top, and all that lies in it with it; the term itself is not saved.

    The caller holds `lock_associations`. InvalidInput for a term that would lie in itself, or too deep.
    """
    below, levels = descendants(account, term)
    if parent is not None and parent.pk in {term.pk, *below}:
        raise InvalidInput("A term cannot lie in itself, nor in a term below it.")
    depth = 0 if parent is None else parent.depth_level + 1
    if depth + levels > MAX_TERM_DEPTH:
        raise InvalidInput(f"Terms lie at most {MAX_TERM_DEPTH} levels below the top.")
    raise_by(account, below, term.depth_level - depth)
    term.parent_term, term.depth_level = parent, depth


def empty(account: Account, term: Term, *, now: datetime) -> None:
    """Move what lies in the term up to its parent."""
    below, _levels = descendants(account, term)
    inside = Term.objects.visible_to(account).filter(parent_term=term)
    raise_by(account, below - set(inside.values_list("pk", flat=True)), 1)
    inside.update(parent_term=term.parent_term_id, depth_level=F("depth_level") - 1, updated_at=now)


def descendants(account: Account, term: Term) -> tuple[set[UUID], int]:
    """The ids of all that lies in the term, and how many levels it has; a query for each level."""
    below: set[UUID] = set()
    levels, level = 0, {term.pk}
    while level := children(account, level) - below:
        below |= level
        levels += 1
    return below, levels


def children(account: Account, parents: set[UUID]) -> set[UUID]:
    return set(Term.objects.visible_to(account).filter(parent_term__in=parents).values_list("pk", flat=True))


def raise_by(account: Account, pks: set[UUID], levels: int) -> None:
    Term.objects.visible_to(account).filter(pk__in=pks).update(depth_level=F("depth_level") - levels)
