"""Which words of a text were looked for, so that a page can mark them."""

from collections.abc import Iterator, Sequence

from catalog.index.lexicon import concepts_of
from catalog.index.words import PART, TOKEN, fold, stem


class Matcher:
    """What somebody looked for: words as the index has them, and as they were typed."""

    def __init__(self, typed: Sequence[str]) -> None:
        self.typed = [word.casefold() for word in typed if len(word) > 1]
        self.words = {word for concept in concepts_of(" ".join(typed)) for word in concept.words}

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
        small = text.casefold()
        if len(small) == len(text):  # else places are not those of the text
            for word in self.typed:
                start = small.find(word) if word else -1
                while start >= 0:
                    yield start, start + len(word)
                    start = small.find(word, start + len(word))
        for token in TOKEN.finditer(text):
            for part in PART.finditer(token[0]):
                if stem(fold(part[0])) in self.words:
                    yield token.start() + part.start(), token.start() + part.end()


def joined(places: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The places, which are in order, those that overlap or touch as one."""
    found: list[tuple[int, int]] = []
    for first, last in places:
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], max(last, found[-1][1]))
        else:
            found.append((first, last))
    return found
