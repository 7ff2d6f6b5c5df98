"""Rules for the words that an account says mean the same."""

from typing import TypedDict

from catalog.models.search import SYNONYM_LENGTH
from catalog.rules.batches import check_fields
from catalog.rules.values import check_required


class NewSynonym(TypedDict):
    word: str
    other: str


def check_new_synonym(row: NewSynonym) -> None:
    """InvalidInput for a side that is blank or too long."""
    check_fields(row, NewSynonym)
    check_required("word", row["word"], SYNONYM_LENGTH)
    check_required("other", row["other"], SYNONYM_LENGTH)
