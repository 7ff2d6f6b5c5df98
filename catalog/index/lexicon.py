"""What else a word of a question may be called: abbreviations, French and German words, synonyms.

The data are files in `lexicon/`, folded: a word or phrase a line, a tab, and English words, any of which it may mean;
of synonyms a line is those of each other. No word of it comes from a customer: those that an account says mean the same
(`models.Synonym`) are handed in with its question. Weights: docs/search.md.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from pathlib import Path

from catalog.index.words import STOP_WORDS, fold, languages_of, saying_nothing, stem, tokens, whole, words_of

FOLDER = Path(__file__).parent / "lexicon"
# What such a word weighs beside the word that was asked; two words that stand side by side may be one in a name.
SAID, OWN, FOREIGN, JOINED, ABBREVIATION, SYNONYM = 1.0, 1.0, 0.8, 0.8, 0.4, 0.15
LEAST_JOINED = 3  # letters of each of the two
MAX_PHRASE = 4  # words of a phrase
LEAST_PART = 4  # letters of a part of a German compound
JOINTS = ("", "s", "es", "n", "en", "er", "e")  # between the parts of one


@dataclass(slots=True)
class Concept:
    """One word or phrase of a question, and the words of the index that may stand for it, with their weights."""

    said: str  # as it was written
    words: dict[str, float] = field(default_factory=dict)
    is_name: bool = False  # capitalised, or of a name: no slip of somebody who typed fast
    is_whole: bool = False  # a name of several words, which are concepts, too
    is_guessed: bool = False  # the words are near what was said, and may mean something else

    def add(self, word: str, weight: float) -> None:
        self.words[word] = max(weight, self.words.get(word, 0.0))


@cache
def meanings(name: str) -> Mapping[str, tuple[str, ...]]:
    """To each entry of a file, folded and without endings, the words of the index that it means."""
    language = name if name in STOP_WORDS else "en"
    lines = (FOLDER / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    found: dict[str, tuple[str, ...]] = {}
    for line in lines:
        said, _, meant = line.partition("\t")
        parts = [part for _, of_one in tokens(said) for part in of_one]
        key = " ".join(stem(part, language) for part in parts if part not in STOP_WORDS[language] or len(parts) == 1)
        words = [stem(word) for word in fold(meant).split() if word not in STOP_WORDS["en"]]
        found[key] = tuple(dict.fromkeys([*found.get(key, ()), *words]))
    return found


@cache
def abbreviated() -> Mapping[str, tuple[str, ...]]:
    """To each word the abbreviations of it."""
    found = defaultdict(list)
    for short, words in meanings("abbreviations").items():
        if len(words) == 1:
            found[words[0]].append(short)
    return {word: tuple(shorts) for word, shorts in found.items()}


@cache
def synonyms() -> Mapping[str, tuple[str, ...]]:
    """To each word those of its lines."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for line in (FOLDER / "synonyms.tsv").read_text(encoding="utf-8").splitlines():
        group = [stem(word) for word in line.split("\t") if " " not in word]
        for word in group:
            found[word] |= dict.fromkeys(other for other in group if other != word)
    return {word: tuple(others) for word, others in found.items()}


def concepts_of(question: str, *, foreign: bool = True, own: Sequence[tuple[str, str]] = ()) -> list[Concept]:
    """What a question asks for, in its order; with `foreign`, French and German words are understood.

    `own` are pairs of words or phrases that mean the same to the account that asks.
    """
    found = list(tokens(question))
    parts = [part for _, of_one in found for part in of_one]
    concepts = list(said_words(found, saying_nothing(parts)))
    if own:
        believe(concepts, own)
    if foreign:
        for spoken in languages_to_try(languages_of(parts)):
            understand(concepts, spoken)
    widen(concepts)
    return merged(concepts)


def languages_to_try(spoken: Sequence[str]) -> Sequence[str]:
    """Of a few words nobody can tell the language; an English question has no German words in it."""
    return [language for language in spoken or ("fr", "de") if language != "en"]


def said_words(found: Sequence[tuple[str, list[str]]], left_out: frozenset[str]) -> Iterator[Concept]:
    for place, (token, parts) in enumerate(found):
        is_name = len(parts) > 1 or (place > 0 and token[:1].isupper())
        for part in parts:
            if part not in left_out:
                yield Concept(part, {stem(part): SAID}, is_name)
        if len(parts) > 1:
            yield Concept(whole(token), {whole(token): SAID}, is_name=True, is_whole=True)


def believe(concepts: Sequence[Concept], own: Sequence[tuple[str, str]]) -> None:
    """Add to each concept what the account says that its word, or a phrase that it is in, means; in both directions.

    What is meant weighs as much as what was said, each word of a phrase a little less. All concepts of a phrase get
    what it means: they ask for one thing.
    """
    meant: dict[tuple[str, ...], list[tuple[str, ...]]] = defaultdict(list)
    for one, other in own:
        sides = tuple(words_of(one)), tuple(words_of(other))
        meant[sides[0]].append(sides[1])
        meant[sides[1]].append(sides[0])
    stems = [next(iter(concept.words)) for concept in concepts]
    for place in range(len(stems)):
        for length in range(1, min(MAX_PHRASE, len(stems) - place) + 1):
            for words in meant.get(tuple(stems[place : place + length]), ()):
                for concept in concepts[place : place + length]:
                    for word in words:
                        concept.add(word, OWN if len(words) == 1 else FOREIGN)


def understand(concepts: list[Concept], language: str) -> None:
    """Add to each concept what its word, a phrase that begins with it, or the parts of a compound mean in English."""
    known = meanings(language)
    stems = [stem(concept.said, language) for concept in concepts]
    for place, concept in enumerate(concepts):
        for length in range(MAX_PHRASE, 0, -1):
            phrase = " ".join(stems[place : place + length])
            if meant := known.get(phrase) or (length == 1 and language == "de" and parts_of(phrase, known)):
                for word in meant:
                    concept.add(word, FOREIGN)


def widen(concepts: Sequence[Concept]) -> None:
    """Add to each concept what its word abbreviates or is abbreviated to, its synonyms, and the name of two words."""
    for concept in concepts:
        for word in [word for word, weight in concept.words.items() if weight == SAID]:
            for other in (*meanings("abbreviations").get(word, ()), *abbreviated().get(word, ())):
                concept.add(other, ABBREVIATION)
            for other in synonyms().get(word, ()):
                concept.add(other, SYNONYM)
    for concept, following in pairwise(concepts):
        if min(len(concept.said), len(following.said)) >= LEAST_JOINED:
            concept.add(stem(concept.said + following.said), JOINED)


def parts_of(compound: str, known: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """What the parts of a German compound mean: the longest first part that is known, and what is known of the rest."""
    for end in range(len(compound) - LEAST_PART, LEAST_PART - 2, -1):
        first, rest = compound[:end], compound[end:]
        for joint in JOINTS:
            if joint and not first.endswith(joint):
                continue
            head = known.get(stem(first.removesuffix(joint) if joint else first, "de"))
            tail = known.get(stem(rest, "de")) if head else None
            if head and tail:
                return (*head, *tail)
    return ()


def merged(concepts: Sequence[Concept]) -> list[Concept]:
    """The concepts, those of the same word as one."""
    by_word: dict[str, Concept] = {}
    for concept in concepts:
        first = by_word.setdefault(next(iter(concept.words)), concept)
        for word, weight in concept.words.items():
            first.add(word, weight)
    return list(by_word.values())
