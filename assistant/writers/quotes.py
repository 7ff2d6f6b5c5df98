"""Which words of a text an answer quotes: a sentence, letter by letter as stored, so that it can be checked later.

What holds an address, of the web or of mail, is never quoted.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.drafts import MAX_QUOTE, Candidate, ColumnFact
from assistant.writers.escaping import ADDRESS, ELLIPSIS, escaped, visible
from catalog.index.words import fold, words_of
from catalog.markdown import plain

# Between blocks: an empty line, or a line that begins a list, a heading, a quotation or a row of a table.
BETWEEN_BLOCKS = re.compile(r"\n[ \t\r]*\n|\n(?=[ \t]*(?:[-*+>|]|#{1,6}|\d{1,3}[.)])[ \t])")
BEGINNING = re.compile(r"[\s]*(?:(?:[-*+>]|\d{1,3}[.)])[ \t]+)*")
BETWEEN_SENTENCES = re.compile(r"(?<=[.!?])\s+")
NO_SENTENCE = ("#", "|", "```", "~~~", "---", "===", "[^")  # how headings, tables and the like begin

Asked = Sequence[frozenset[str]]


@dataclass(frozen=True, slots=True)
class Quote:
    """A part of the text `field` as it is stored, MAX_QUOTE characters at most."""

    field: str
    text: str
    is_cut: bool = False

    @property
    def markdown(self) -> str:
        """Its words, without the signs of the Markdown that they were written in."""
        return escaped(plain(visible(self.text)), longest=MAX_QUOTE) + (f" {ELLIPSIS}" if self.is_cut else "")


def best_quote(asset: Candidate, asked: Asked) -> Quote | None:
    """The sentence that has most of the words asked; of equals, the first."""
    told = [(field, sentence) for field, text in asset.texts for sentence in sentences(text)]
    if not told:
        return None
    field, sentence = max(told, key=lambda one: covers(one[1], asked))  # the first of the best
    return quote(field, sentence)


def opening(asset: Candidate) -> Quote | None:
    """The beginning of what is written about an asset: as many whole sentences as a quote may hold."""
    for field, text in asset.texts:
        for block in blocks(text):
            kept = [sentence for sentence in BETWEEN_SENTENCES.split(block) if sentence]
            end = 0
            for sentence in kept:
                start = block.find(sentence, end)
                if not is_quotable(sentence) or (end and start + len(sentence) > MAX_QUOTE):
                    break
                end = start + len(sentence)
            if end:
                return quote(field, block[:end])
    return None


def quote(field: str, sentence: str) -> Quote:
    if len(sentence) <= MAX_QUOTE:
        return Quote(field, sentence)
    beginning = sentence[:MAX_QUOTE]
    return Quote(field, beginning.rpartition(" ")[0].rstrip() or beginning, is_cut=True)


def sentences(text: str) -> Iterator[str]:
    for block in blocks(text):
        for sentence in BETWEEN_SENTENCES.split(block):
            if is_quotable(sentence):
                yield sentence


def blocks(text: str) -> Iterator[str]:
    """Paragraphs and lines of lists, without the sign that begins them; no headings and tables."""
    for part in BETWEEN_BLOCKS.split(text):
        begin = BEGINNING.match(part)
        block = part[begin.end() if begin else 0 :].rstrip()
        if block and not block.startswith(NO_SENTENCE):
            yield block


def is_quotable(sentence: str) -> bool:
    """Whether it has words, and no address."""
    return any(map(str.isalpha, sentence)) and not ADDRESS.search(visible(sentence))


def covers(text: str, asked: Asked) -> int:
    """How many of the words asked are in the text."""
    words = set(words_of(text))
    return sum(bool(words & wanted) for wanted in asked)


def fits(column: ColumnFact, asked: Asked) -> bool:
    """Whether the column has to do with what was asked."""
    return column.asked or covers(f"{column.name} {column.text}", asked) > 0


def as_typed(question: str, words: Sequence[str]) -> list[str]:
    """Words of the index as the question spells them, with accents and capitals; a part of a name stays as it is."""
    typed = {fold(word): word for word in re.findall(r"[^\W_]+", question)}
    return [typed.get(word, word) for word in words]
