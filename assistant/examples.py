"""Questions to begin with, made of what is used most in the account's own catalog."""

from django.db.models import F

from accounts.models import Account
from catalog.models import Dashboard, Table, Term

POPULAR = F("popularity").desc(nulls_last=True)


def examples(account: Account) -> list[str]:
    """Up to four questions; none for an empty catalog. Three queries."""
    tables = Table.objects.visible_to(account).undeleted().unhidden().order_by(POPULAR, "path", "id")
    dashboards = Dashboard.objects.visible_to(account).undeleted().unhidden().order_by(POPULAR, "name", "id")
    terms = Term.objects.visible_to(account).undeleted().unhidden().order_by("name", "id")
    questions = ["Who owns {}?", "Which columns does {} have?"]
    asked = [question.format(name) for question, name in zip(questions, names(tables, 2), strict=False)]
    asked += [f"What feeds {name}?" for name in names(dashboards, 1)]
    return asked + [f"What does {name} mean?" for name in names(terms, 1)]


def names(rows: object, number: int) -> list[str]:
    return list(rows.values_list("name", flat=True)[:number])  # type: ignore[attr-defined]  # of any kind of asset
