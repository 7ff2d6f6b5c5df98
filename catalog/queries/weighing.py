"""What the words of a question weigh in an account, and how much of the question an asset covers."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from accounts.models import Account
from catalog.index.lexicon import FOREIGN, Concept
from catalog.models import SearchWord
from catalog.models.search import SearchGroup
from catalog.queries.near_words import may_be_mistyped, spelled_otherwise

MAX_WORDS = 24  # of a question are looked for, those that weigh most
MAX_MISTYPED = 3  # words that nothing has, for which others are looked for
MAX_NEW_WORDS = 8  # that are asked and that the account may have had only for seconds
GUESSED = 0.5  # of a word's weight is covered by one that looks like it, or may mean the same
FULL_IMPACT = 400  # from which on a word covers all of its weight: less is one of a hundred columns


@dataclass(slots=True)
class Weighed:
    """A question, and what its words weigh in one group of one account."""

    concepts: list[Concept]
    rarity: dict[str, float]  # of each word that the account has
    rarest: float  # of a word that one asset has
    weights: dict[str, float] = field(default_factory=dict)  # of each word that is looked for

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


def weigh(
    account: Account, group: SearchGroup, concepts: Sequence[Concept], *, mistyped: int = MAX_MISTYPED
) -> Weighed:
    """The words to look for: those asked, those that may stand for them, and of mistyped ones the nearest."""
    concepts = [replace(concept, words=dict(concept.words)) for concept in concepts]  # guesses are those of a group
    words = {word for concept in concepts for word in concept.words}
    counts = dict(
        SearchWord.objects.filter(account=account, group=group, word__in=[*words, ""]).values_list("word", "entries")
    )
    unknown = [concept for concept in concepts if not any(word in counts for word in concept.words)]
    for concept in list(filter(may_be_mistyped, unknown))[:mistyped]:
        for word, (weight, number) in spelled_otherwise(account, group, concept).items():
            concept.add(word, weight)
            concept.is_guessed = True
            counts[word] = number
    total = max([counts.pop("", 0), *counts.values()], default=0) + 1
    rarity = {word: rarity_of(number, total) for word, number in counts.items()}
    rarest = rarity_of(1, total)
    weights: dict[str, float] = {}
    for concept in concepts:
        for word, weight in concept.words.items():
            weights[word] = max(weight * rarity.get(word, rarest), weights.get(word, 0.0))
    heaviest = sorted(weights, key=lambda word: (-weights[word], word))
    # What is counted by now comes first: a word that nobody counted yet is looked for, but stands in nobody's way.
    known = [word for word in heaviest if word in rarity][:MAX_WORDS]
    new = [word for word in heaviest if word not in rarity and weights[word] == rarest][:MAX_NEW_WORDS]
    return Weighed(concepts, rarity, rarest, {word: weights[word] for word in (*known, *new)})


def rarity_of(number: int, total: int) -> float:
    """The inverse document frequency of BM25, of a word that so many of all entries have."""
    return math.log(1 + (max(total - number, 0) + 0.5) / (number + 0.5))
