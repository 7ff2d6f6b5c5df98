"""Words that all have to occur in some texts, in any order and case; and the text that a row is described by."""

from collections.abc import Iterable

from django.db.models import Q, TextField, Value
from django.db.models.functions import Coalesce, Left, NullIf

from catalog.models.rows import NOTHING
from catalog.queries.filters import contains


def words_in(text: str) -> list[str]:
    """What stands between blanks, each once."""
    return list(dict.fromkeys(text.split()))


def all_words(words: Iterable[str], *paths: str) -> Q:
    """That each of the words is a part of at least one of these texts; of no words, any row."""
    condition = Q()
    for word in words:
        condition &= contains(*paths)(word) if is_storable(word) else NOTHING
    return condition


def said(length: int) -> Left:
    """The beginning of what Catalog says of a row, or else its source."""
    nothing = Value("", TextField())
    return Left(Coalesce(NullIf("description_raw", nothing), "external_description", nothing), length)


def is_storable(text: str) -> bool:
    """Whether a database can hold it: PostgreSQL takes no NUL, and nothing takes half of a surrogate pair."""
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def finds_columns(word: str) -> bool:
    """Whether the word has enough letters and digits for the index of trigrams."""
    return sum(map(str.isalnum, word)) >= 3
