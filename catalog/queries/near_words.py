"""Words of the account that a mistyped word, or the beginning of one, may stand for."""

from collections.abc import Iterator

from accounts.models import Account
from catalog.index.lexicon import Concept
from catalog.index.words import fold
from catalog.models import SearchWord

MIN_LENGTH = 5  # letters of a word that may be mistyped, or begin a longer one
TWO_SLIPS = 8  # letters of one with two slips
MISTYPED, BEGUN = 0.6, 0.5  # what the other word weighs
MAX_COMPARED = 5_000  # words
MAX_NEAR = 3  # words that stand for one

Near = dict[str, tuple[float, int]]  # words, with what they weigh and how many entries have them


def spelled_otherwise(account: Account, group: int, concept: Concept) -> Near:
    """The nearest words, those that fewer slips make first; else words that begin so. One query, or none for a name."""
    word = fold(concept.said)
    if concept.is_name or len(word) < MIN_LENGTH or not word.isalpha():
        return {}
    rows = SearchWord.objects.filter(account=account, group=group, first=word[0], length__gte=len(word) - 3)
    known = list(rows.order_by("-entries").values_list("word", "entries")[:MAX_COMPARED])
    slips = 2 if len(word) >= TWO_SLIPS else 1
    asked = next(iter(concept.words))  # without its ending, as the words of the account are
    near = sorted(
        (distance, -number, other, number)
        for other, number in known
        if (distance := min(distances(asked, word, other, slips))) <= slips
    )
    if near:
        return {other: (MISTYPED, number) for distance, _, other, number in near[:MAX_NEAR] if distance == near[0][0]}
    begun = [(other, number) for other, number in known if other.startswith(asked)]
    return {other: (BEGUN, number) for other, number in begun[:MAX_NEAR]}


def distances(asked: str, word: str, other: str, most: int) -> Iterator[int]:
    yield slips_between(asked, other, most)
    if word != asked:
        yield slips_between(word, other, most)


def slips_between(one: str, other: str, most: int) -> int:
    """How many letters are missing, too many, wrong, or in the place of their neighbour; `most` + 1 is more than that.

    The optimal string alignment distance.
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for place, letter in enumerate(one, 1):
        before, last, row = row, before, [place]
        for at, against in enumerate(other, 1):
            cost = min(before[at] + 1, row[at - 1] + 1, before[at - 1] + (letter != against))
            if last and at > 1 and letter == other[at - 2] and one[place - 2] == against:
                cost = min(cost, last[at - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]
