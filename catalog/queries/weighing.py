"""What the words of a question weigh in an account, and how much of the question an asset covers."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import nlargest

from django.db.models import QuerySet, Value

from accounts.models import Account
from catalog.index.lexicon import FOREIGN, Concept, concepts_of
from catalog.models import SearchWord, Synonym
from catalog.models.search import SearchGroup
from catalog.queries.near_words import may_be_mistyped, spelled_otherwise

MAX_QUESTION = 10_000  # characters that are read
MAX_WORDS = 24  # of a question are looked for, those that weigh most
MAX_MISTYPED = 3  # words that nothing has, for which others are looked for
BESIDE = 0.2  # of its weight counts of a word beside the best of those that stand for the same
GUESSED = 0.5  # of a word's weight is covered by one that looks like it, or may mean the same
FULL_IMPACT = 330  # from which on a word covers all of its weight: less is one of a hundred columns


Counts = dict[str, int]  # of entries, by word
Weights = list[dict[str, float]]  # of what is asked for, each time the words that may stand for it


@dataclass(slots=True)
class Weighed:
    """A question, and what its words weigh in one group of one account."""

    concepts: list[Concept]
    rarity: dict[str, float]  # of each word that the account has
    rarest: float  # of a word that one asset has
    weights: Weights = field(default_factory=list)
    guessed: dict[str, list[str]] = field(default_factory=dict)  # mistyped words, with what they were taken for

    @property
    def asked(self) -> list[Concept]:
        """What the question is made of: a whole name that nothing has is no part of it, for its words are."""
        return [concept for concept in self.concepts if self.knows(concept) or not concept.is_whole]

    @property
    def unknown(self) -> set[str]:
        """The words of the question that nothing has."""
        return {concept.said for concept in self.asked if not self.knows(concept)}

    def knows(self, concept: Concept) -> bool:
        return any(word in self.rarity for word in concept.words)

    def share_in(self, words: Mapping[str, int]) -> float:
        """How much of the question an asset with these words covers, 0 to 1; a word that nothing has weighs most."""
        shares = [
            (max(self.rarity.get(word, 0.0) for word in concept.words) or self.rarest, coverage(concept, words))
            for concept in self.asked
        ]
        whole = sum(share for share, _ in shares)
        return sum(share * covered for share, covered in shares) / whole if whole else 0.0


def coverage(concept: Concept, words: Mapping[str, int]) -> float:
    """How much of a concept an asset with these words covers, 0 to 1."""
    covered = [
        math.sqrt(min(words[word] / FULL_IMPACT, 1)) * (GUESSED if concept.is_guessed or weight < FOREIGN else 1)
        for word, weight in concept.words.items()
        if word in words
    ]
    return max(covered, default=0.0)


def asked_of(account: Account, group: SearchGroup, question: str, *, foreign: bool) -> tuple[list[Concept], Counts]:
    """What the account's question asks for, also in words that mean the same there, and how many entries have each.

    One query, and one more when a synonym of the account brings words of its own.
    """
    concepts = concepts_of(question[:MAX_QUESTION], foreign=foreign)
    words = words_of(concepts)
    synonyms = Synonym.objects.visible_to(account).order_by().values_list("word", Value(0), "other")
    counted = words_counted(account, group, words).values_list("word", "entries", Value(""))
    rows = list(counted.union(synonyms, all=True))
    own = [(word, other) for word, _, other in rows if other]
    counts = {word: number for word, number, other in rows if not other}
    if own:
        concepts = concepts_of(question[:MAX_QUESTION], foreign=foreign, own=own)
        if more := words_of(concepts) - words:
            counts |= words_counted(account, group, more).values_list("word", "entries")
    return concepts, counts


def words_of(concepts: Iterable[Concept]) -> set[str]:
    """All that is looked for, and no word: that of all entries."""
    return {"", *(word for concept in concepts for word in concept.words)}


def words_counted(account: Account, group: SearchGroup, words: Iterable[str]) -> QuerySet[SearchWord]:
    return SearchWord.objects.filter(account=account, group=group, word__in=words)


def weigh(
    account: Account, group: SearchGroup, question: str, *, foreign: bool, mistyped: int = MAX_MISTYPED
) -> Weighed:
    """The words to look for: those asked, those that may stand for them, and of mistyped ones the nearest."""
    concepts, counts = asked_of(account, group, question, foreign=foreign)
    unknown = [concept for concept in concepts if not any(word in counts for word in concept.words)]
    guessed: dict[str, list[str]] = {}
    maybe = list(filter(may_be_mistyped, unknown)) if "" in counts else []  # without an index nothing is near
    for concept in maybe[:mistyped]:
        for word, (weight, number) in spelled_otherwise(account, group, concept).items():
            concept.add(word, weight)
            concept.is_guessed = True
            counts[word] = number
            guessed.setdefault(concept.said, []).append(word)
    total = max([counts.pop("", 0), *counts.values()], default=0) + 1
    rarity = {word: rarity_of(number, total) for word, number in counts.items()}
    rarest = rarity_of(1, total)
    return Weighed(concepts, rarity, rarest, heaviest(concepts, rarity), guessed)


def heaviest(concepts: Sequence[Concept], rarity: Mapping[str, float]) -> Weights:
    """Of each concept the words that the account has, of all together the MAX_WORDS that weigh most."""
    said = [
        (weight * rarity[word], place, word)
        for place, concept in enumerate(concepts)
        for word, weight in concept.words.items()
        if word in rarity
    ]
    weights: Weights = [{} for _ in concepts]
    for weight, place, word in nlargest(MAX_WORDS, said):
        weights[place][word] = weight
    return list(filter(None, weights))


def rarity_of(number: int, total: int) -> float:
    """The inverse document frequency of BM25, of a word that so many of all entries have."""
    return math.log(1 + (max(total - number, 0) + 0.5) / (number + 0.5))
