"""What a question wants, by rules: its language, its intent, and the subject that remains without the words for these.

The patterns are lines of `intents.tsv`. Nothing here reads the catalog.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from catalog.index.lexicon import abbreviated, meanings, parts_of, synonyms
from catalog.index.words import LANGUAGES, STOP_WORDS, fold, stem, tokens

FILE = Path(__file__).parent / "intents.tsv"
MAX_READ = 2_000  # characters of a question that the patterns look at; the search reads more
LETTERS = {"fr": "àâçèéêëîïôùûœ", "de": "äöüß"}  # that tell a language; é is in English words, too
EDGES = " \t\n.,;:!?\"'()[]«»„“”‘’"


class Intent(StrEnum):
    HOW_TO = "how_to"
    DOWNSTREAM = "downstream"
    UPSTREAM = "upstream"
    LINEAGE = "lineage"
    LIST = "list"  # asks for what has a property: deprecated tables, what somebody owns
    COUNT = "count"
    VALUE = "value"  # asks for numbers of the data, which the catalog does not have
    OWNER = "owner"
    TRUST = "trust"
    COLUMNS = "columns"
    DEFINE = "define"
    FIND = "find"


@dataclass(frozen=True, slots=True)
class Pattern:
    language: str
    expression: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Reading:
    """`subject` is what the question is about, in its own letters; empty when it only points back, or asks for all."""

    language: str
    intent: Intent
    subject: str
    counted: str = ""  # of COUNT, the kind of asset
    refers: bool = False  # it has a word that may mean what was spoken of before
    names_part: bool = False  # it asks for a column, or has a name that may be one's
    wanted: str = ""  # the kind of asset that it asks for: table, dashboard, term
    listed: str = ""  # of LIST: deprecated, verified, unowned, popular; owner and tagged, which the subject names


@cache
def patterns() -> Mapping[str, list[Pattern]]:
    """By intent, in the order of the file."""
    found: dict[str, list[Pattern]] = {}
    for line in FILE.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            intent, language, expression = line.split("\t")
            found.setdefault(intent, []).append(Pattern(language, re.compile(expression)))
    return found


def read(question: str) -> Reading:
    """What is wanted. Patterns meet small letters without accents; the subject keeps its own."""
    text = question[:MAX_READ]
    small = letters(text)
    intent, spoken, group = intent_of(small)
    language = language_of(question, spoken)
    pointing = [one.expression for one in patterns()["refers"] if one.language == language]
    back = [found.span() for expression in pointing for found in expression.finditer(small)]
    taken = [*spans(intent, small), *spans("filler", small), *back]
    return Reading(
        language=language,
        intent=intent,
        subject=trimmed(without(text, taken) + question[MAX_READ:]),
        counted=group if intent is Intent.COUNT else "",
        refers=bool(back),
        names_part=any(one.expression.search(small) for one in patterns()["part"]),
        wanted="" if intent is Intent.COUNT else kind_wanted(small),
        listed=group if intent is Intent.LIST else "",
    )


def kind_wanted(small: str) -> str:
    kinds = [
        kind for kind in ("table", "dashboard", "term") if any(one.expression.search(small) for one in patterns()[kind])
    ]
    return kinds[0] if len(kinds) == 1 else ""


def letters(text: str) -> str:
    """The text in small letters without accents, of the same length, so that places are the same."""
    return "".join(folded if len(folded := fold(one)) == 1 else one for one in text.replace("’", "'"))


def intent_of(small: str) -> tuple[Intent, str, str]:
    """The intent, the language of the pattern that told it, and its group: the kind that is counted, the property."""
    for intent in Intent:
        for pattern in patterns()[intent]:
            if found := pattern.expression.search(small):
                groups = [name for name, said in found.groupdict().items() if said]
                return intent, pattern.language, "".join(groups[:1])
    polite = (one.language for one in patterns()["filler"] if one.expression.search(small))
    return Intent.FIND, next(polite, ""), ""


def spans(intent: str, small: str) -> Iterator[tuple[int, int]]:
    for pattern in patterns()[intent]:
        for found in pattern.expression.finditer(small):
            yield found.span()


def without(text: str, taken: list[tuple[int, int]]) -> str:
    kept = list(text)
    for start, end in taken:
        kept[start:end] = " " * (end - start)
    return "".join(kept)


def trimmed(text: str) -> str:
    """The text without words that say nothing at its ends: what remains may be a name, which the search knows whole."""
    words = text.split()
    for place in (0, -1):
        while words and says_nothing(words[place]):
            words.pop(place)
    return " ".join(words).strip(EDGES)


def says_nothing(word: str) -> bool:
    said = fold(word.strip(EDGES))
    return not said or any(all(part in STOP_WORDS[one] for part in said.split("'")) for one in LANGUAGES)


def language_of(question: str, spoken: str) -> str:
    """The language with the most words that say nothing; letters and known words tell where there are few of them.

    `spoken` is that of the pattern that was found, which tells more than a word.
    """
    parts = [part for token, of_one in tokens(question[:MAX_READ]) if token.isalpha() for part in of_one]
    scores = {language: float(sum(map(STOP_WORDS[language].__contains__, parts))) for language in LANGUAGES}
    if spoken:
        scores[spoken] += 2
    for language, own in LETTERS.items():
        scores[language] += sum(letter in own for letter in question[:MAX_READ].lower())
        known = meanings(language)
        scores[language] += sum(0.5 for part in parts if tells(part, language, known))
    best = max(scores, key=scores.__getitem__)  # of equals, English
    return best if scores[best] else "en"


def tells(part: str, language: str, known: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether the word is one of the language that means something else in English: Umsatz, not Client or Album."""
    said = stem(part, language)
    meant = known.get(said) or (parts_of(said, known) if language == "de" else ())
    is_english = stem(part) in synonyms() or stem(part) in abbreviated()
    return bool(meant) and not is_english and not any(word.startswith(part[:4]) for word in meant)
