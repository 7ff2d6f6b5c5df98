"""The account's own synonyms: words that mean the same to its people, whichever of them a question has.

They hold in both directions, and from the next question on.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts import audit
from accounts.actors import Actor
from accounts.checked import Given, check_once
from accounts.models import Account
from catalog.errors import InvalidInput, NotFound
from catalog.index.lexicon import MAX_PHRASE
from catalog.index.words import words_of
from catalog.models import Synonym
from catalog.models.search import MAX_SYNONYMS
from catalog.rules.synonyms import NewSynonym, check_new_synonym

WORST_ID = 2**63 - 1  # the highest that a database holds


@transaction.atomic
def add_synonym(account: Account, *, row: Given[NewSynonym], by: Actor | None, now: datetime) -> Synonym:
    """The synonym; the one that is there, and nothing written, when these two mean the same already.

    InvalidInput for a side without a word in it or with too many, for two that are the same to the search anyway, and
    for one more than an account may have.
    """
    checked = check_once(check_new_synonym, row)
    word, other = (" ".join(checked[side].split()) for side in ("word", "other"))
    sides = {asked("word", word), asked("other", other)}
    if len(sides) == 1:
        raise InvalidInput(f"The search takes {word} and {other} for the same already.")
    known = list(Synonym.objects.visible_to(account)[: MAX_SYNONYMS + 1])
    for one in known:
        if {tuple(words_of(one.word)), tuple(words_of(one.other))} == sides:
            return one
    if len(known) >= MAX_SYNONYMS:
        raise InvalidInput(f"An account may have at most {MAX_SYNONYMS:,} synonyms.")
    synonym, is_new = Synonym.objects.get_or_create(
        account=account, word=word, other=other, defaults={"created_at": now}
    )
    if is_new:
        record("add_synonym", account, [synonym], by=by, now=now)
    return synonym


@transaction.atomic
def remove_synonym(account: Account, pk: int, *, by: Actor | None, now: datetime) -> None:
    """NotFound for one that the account does not have."""
    synonym = Synonym.objects.visible_to(account).filter(pk=pk).first() if 0 < pk <= WORST_ID else None
    if synonym is None:
        raise NotFound("Synonym", pk)
    record("remove_synonym", account, [synonym], by=by, now=now)
    synonym.delete()


def asked(field: str, text: str) -> tuple[str, ...]:
    """The words of the index that a side is."""
    words = tuple(words_of(text))
    if not words:
        raise InvalidInput(f"{field} has no word in it that the search could look for.")
    if len(words) > MAX_PHRASE:
        raise InvalidInput(f"{field} may have at most {MAX_PHRASE} words.")
    return words


def record(operation: str, account: Account, rows: Sequence[Synonym], *, by: Actor | None, now: datetime) -> None:
    detail = ", ".join(map(str, rows))
    audit.record(
        operation, kind="synonym", ids=[row.pk for row in rows], by=by, now=now, account=account, detail=detail
    )
