"""The page of a term."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import Account
from accounts.permissions import account_of, account_required
from catalog.models import Tag, TagEntity, Term
from catalog.views.details import MAX_REFERENCES_SHOWN, about, references, shown_or_404

MAX_STEPS_UP = 10  # of the way up that the page shows


@require_safe
@never_cache
@account_required
def term(request: HttpRequest, term_id: UUID) -> HttpResponse:
    account = account_of(request)
    row = shown_or_404(Term, account, term_id, "data_product")
    children = row.children_terms.visible_to(account).filter(deleted_at=None).order_by("name", "id")
    tag = Tag.objects.visible_to(account).filter(linked_term=row).first()
    context = about(account, row) | {
        "way": way_up(account, row),
        "children": children[: MAX_REFERENCES_SHOWN + 1],
        "tag": tag,
        "tagged": references(TagEntity.objects.visible_to(account).filter(tag=tag)) if tag else [],
    }
    return render(request, "catalog/term.html", context)


def way_up(account: Account, term: Term) -> list[tuple[UUID, str]]:
    """Id and name of each term that this one lies in, the top first, up to one that is deleted; read at once."""
    paths = ["__".join(["parent_term"] * step) for step in range(1, MAX_STEPS_UP + 1)]
    columns = [f"{path}__{name}" for path in paths for name in ("id", "name", "deleted_at")]
    values = Term.objects.visible_to(account).values_list(*columns).get(pk=term.pk)
    way: list[tuple[UUID, str]] = []
    for pk, name, deleted_at in zip(values[::3], values[1::3], values[2::3], strict=True):
        if pk is None or deleted_at:
            break
        way.insert(0, (pk, name))
    return way
