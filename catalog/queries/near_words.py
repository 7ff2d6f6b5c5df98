"""Words of the account that a mistyped word, or the beginning of one, may stand for."""

from collections.abc import Iterator, Sequence

from django.db.models import Q

from accounts.models import Account
from catalog.index.lexicon import Concept
from catalog.index.words import fold, stem
from catalog.models import SearchWord

MIN_LENGTH = 5  # letters of a word that may be mistyped, or begin a longer one
LEAST_BEGINNING = 4  # letters before an ending that are compared
LEAST_WHOLE = 6  # letters without a slip before an ending with any
TWO_SLIPS = 8  # letters of what may have two slips
LONGEST_ENDING = 5  # letters
MISTYPED, BEGUN = 0.6, 0.5  # what the other word weighs
MAX_COMPARED = 5_000  # words
MAX_NEAR = 3  # words that stand for one

Near = dict[str, tuple[float, int]]  # words, with what they weigh and how many entries have them


def may_be_mistyped(concept: Concept) -> bool:
    """Whether somebody who typed fast may have meant something else: what has capitals is a name."""
    word = fold(concept.said)
    return not concept.is_name and len(word) >= MIN_LENGTH and word.isalpha()


def spelled_otherwise(account: Account, group: int, concept: Concept) -> Near:
    """The nearest words, those that fewer slips make first; else words that begin so. One query."""
    word = fold(concept.said)
    asked = stem(word)  # without its ending, as the words of the account are
    letters = {*word, *asked}
    as_long = Q(length__range=(max(len(word) - LONGEST_ENDING, LEAST_BEGINNING), len(word) + 2))
    rows = SearchWord.objects.filter(as_long | Q(word__startswith=asked), account=account, group=group, first=word[0])
    known = list(rows.order_by("-entries").values_list("word", "entries")[:MAX_COMPARED])
    near = sorted(
        (count, -number, other, number)
        for other, number in known
        if len(set(other) - letters) <= allowed(word)  # each letter that is not in it is a slip
        for count in slips_of(word, asked, other)
    )
    if near:
        return {other: (MISTYPED, number) for count, _, other, number in near[:MAX_NEAR] if count == near[0][0]}
    begun = [(other, number) for other, number in known if other.startswith(asked)]
    return {other: (BEGUN, number) for other, number in begun[:MAX_NEAR]}


def slips_of(word: str, asked: str, other: str) -> Iterator[int]:
    """How many slips make a word of one whose stem is `other`; nothing when they are too many.

    Its ending may be right: "custm-ers" is customers, whose stem is "custom", with a slip in its beginning.
    """
    most = allowed(word)
    row = slips(other, word, most)
    counts = [
        count
        for end, count in enumerate(row)
        if end >= LEAST_BEGINNING and count <= allowed(word[:end])
        if end == len(word) or stem(other + word[end:]) == other
    ]
    if len(other) >= LEAST_WHOLE and word.startswith(other):
        counts.append(1)  # somewhere in the ending
    whole = (row if word.startswith(asked) else slips(other, asked, most))[len(asked)]
    if counts or whole <= allowed(asked):
        yield min([*counts, whole])


def allowed(text: str) -> int:
    """How many slips a text of this length may have."""
    return 2 if len(text) >= TWO_SLIPS else 1


def slips(one: str, other: str, most: int) -> Sequence[int]:
    """How many letters of `one` are missing, too many, wrong, or in the place of their neighbour in `other`.

    To each beginning of `other`, of which the last is the whole; more than `most` may be any number that is more. The
    optimal string alignment distance, where alone it may be so small: near the diagonal, until all are more.
    """
    many = most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for place, letter in enumerate(one, 1):
        before, last, row = row, before, [many] * (len(other) + 1)
        row[0] = place
        for at in range(max(place - most, 1), min(place + most, len(other)) + 1):
            against = other[at - 1]
            cost = min(before[at] + 1, row[at - 1] + 1, before[at - 1] + (letter != against))
            if last and at > 1 and letter == other[at - 2] and one[place - 2] == against:
                cost = min(cost, last[at - 2] + 1)
            row[at] = cost
        if min(row) > most <= min(before):
            return row
    return row
