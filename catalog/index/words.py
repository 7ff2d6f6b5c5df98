"""The words of texts, names and questions, in one way for all of them: so what is asked meets what is written.

Accents go, names are split (`orderStatus_2` is order, status and 2) and kept whole as well, words that say nothing in
English, French or German are left out, and what remains loses its ending (Snowball's English: orders is order).
"""

import re
import threading
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from pathlib import Path

import Stemmer

VERSION = 2  # goes up with every change of what words a text has: then all is indexed again
MAX_LENGTH = 60  # characters of a word; of a longer one, its beginning
LANGUAGES = ("en", "fr", "de")

TOKEN = re.compile(r"\w+")
# Parts of a name: capitals before a capitalised word (HTTP of HTTPServer), words, digits.
PART = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+|[^\W\d_A-Za-z]+")


def read_words(name: str) -> frozenset[str]:
    return frozenset((Path(__file__).parent / "lexicon" / name).read_text(encoding="utf-8").split())


STOP_WORDS = {language: read_words(f"stop.{language}.txt") for language in LANGUAGES}


class Stemmers(threading.local):
    """One of each language for a thread: they are not made to be shared."""

    def __init__(self) -> None:
        self.of = {
            "en": Stemmer.Stemmer("english"),
            "fr": Stemmer.Stemmer("french"),
            "de": Stemmer.Stemmer("german"),
        }


stemmers = Stemmers()


@lru_cache(maxsize=50_000)
def stem(word: str, language: str = "en") -> str:
    """The word, which is folded, without its ending."""
    return str(stemmers.of[language].stemWord(word))


def unaccented(text: str) -> str:
    """The text without accents, and with compatible letters as themselves: é is e, ﬁ is fi, ß is ss."""
    if text.isascii():
        return text
    parted = unicodedata.normalize("NFKD", text).replace("ß", "ss")
    return "".join(letter for letter in parted if not unicodedata.combining(letter))


def fold(text: str) -> str:
    """As `unaccented`, in small letters."""
    return unaccented(text).lower()


def tokens(text: str) -> Iterator[tuple[str, list[str]]]:
    """Each name or word of the text, without accents, with its parts in small letters; one part is the word itself."""
    for found in TOKEN.finditer(unaccented(text)):
        token = found[0].strip("_")
        if parts := [part.lower()[:MAX_LENGTH] for part in PART.findall(token)]:
            yield token, parts


def words_of(text: str) -> list[str]:
    """The words of a text in their order, as they are indexed; the whole of a name comes after its parts.

    Words that say nothing are left out, unless the text has no others: a table may be called `it`.
    """
    found = list(tokens(text))
    return list(kept(found, saying_nothing(part for _, parts in found for part in parts)))


def kept(found: Iterable[tuple[str, list[str]]], left_out: Collection[str]) -> Iterator[str]:
    for token, parts in found:
        for part in parts:
            if part not in left_out:
                yield stem(part)
        if len(parts) > 1:
            yield whole(token)


def whole(token: str) -> str:
    """A name as one word."""
    return token.lower()[:MAX_LENGTH]


def saying_nothing(words: Iterable[str]) -> frozenset[str]:
    """The words to leave out of a text of these words: those of English, and of the language that it is in."""
    given = frozenset(words)
    spoken = languages_of(given)
    stopped = STOP_WORDS["en"] | STOP_WORDS[spoken[0]] if spoken else STOP_WORDS["en"]
    return frozenset() if given <= stopped else stopped


def languages_of(words: Iterable[str]) -> list[str]:
    """The languages of which most of these words are that say nothing; none when there are no such words."""
    given = list(words)
    counts = {language: sum(map(stopped.__contains__, given)) for language, stopped in STOP_WORDS.items()}
    most = max(counts.values())
    return [language for language, count in counts.items() if count == most > 0]


def without_wholes(words: Iterable[str]) -> list[str]:
    """The words that are no whole names, of which the length of a text is counted."""
    return [word for word in words if "_" not in word]
