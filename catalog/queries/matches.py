"""Which words of a text were looked for, so that a page can mark them."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from catalog.index.lexicon import concepts_of
from catalog.index.words import PART, TOKEN, saying_nothing, stem, unaccented

SENTENCE = re.compile(r"(?<=[.!?])\s+|\s*\n+\s*")
MAX_EXCERPT = 160  # characters
BEFORE = 40  # of these, before the first word that is marked


class Matcher:
    """What somebody looked for: words as the index has them, and as they were typed.

    `also` are words of the index beside these, for which mistyped ones were taken.
    """

    def __init__(self, typed: Sequence[str], also: Iterable[str] = ()) -> None:
        words = [letters(word).casefold() for word in typed]
        nothing = saying_nothing(words)
        self.typed = [word for word in words if len(word) > 1 and word not in nothing]
        self.words = {word for concept in concepts_of(" ".join(typed)) for word in concept.words}.union(also)

    def pieces(self, text: str) -> Iterator[tuple[str, bool]]:
        """The text in pieces, each with whether it was looked for."""
        end = 0
        for first, last in joined(sorted(self.places(text))):
            if first > end:
                yield text[end:first], False
            yield text[first:last], True
            end = last
        if text[end:]:
            yield text[end:], False

    def places(self, text: str) -> Iterator[tuple[int, int]]:
        plain = letters(text)
        small = plain.casefold()
        if len(small) == len(text):  # else places are not those of the text
            for word in self.typed:
                start = small.find(word)
                while start >= 0:
                    yield start, start + len(word)
                    start = small.find(word, start + len(word))
        for part in parts_in(plain):
            if stem(part[0].lower()) in self.words:
                yield part.span()

    def excerpt(self, text: str) -> str:
        """The first sentence of a text with something that was looked for, MAX_EXCERPT at most; empty without any."""
        for sentence in SENTENCE.split(text):
            if place := min(self.places(sentence), default=None):
                start = max(place[0] - BEFORE, 0) if place[1] > MAX_EXCERPT else 0
                shown = sentence[start : start + MAX_EXCERPT].strip()
                return f"{'…' if start else ''}{shown}{'…' if len(sentence) > start + MAX_EXCERPT else ''}"
        return ""


def letters(text: str) -> str:
    """The text without accents, letter by letter, so that each stays at its place."""
    if text.isascii():
        return text
    return "".join(plain if len(plain := unaccented(letter)) == 1 else letter for letter in text)


def parts_in(text: str) -> Iterator[re.Match[str]]:
    """The words of a text and the parts of its names, at their places."""
    for token in TOKEN.finditer(text):
        yield from PART.finditer(text, *token.span())


def as_written(words: Collection[str], texts: Iterable[str]) -> str:
    """The first part of these texts that the index has as one of these words: customers for custom."""
    parts = (part[0].lower() for text in texts for part in parts_in(letters(text)))
    return next((part for part in parts if stem(part) in words), "")


def joined(places: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The places, which are in order, those that overlap or touch as one."""
    found: list[tuple[int, int]] = []
    for first, last in places:
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], max(last, found[-1][1]))
        else:
            found.append((first, last))
    return found
