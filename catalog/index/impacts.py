"""How much a word says of an asset: BM25F (Robertson and Zaragoza, 2009), worked out when the asset is written.

What depends on other assets is left to the question: how rare the word is. Usual lengths are constants, so that an
asset's words depend on the asset alone.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from catalog.index.words import without_wholes, words_of

SATURATION = 3.0  # k of BM25F: how soon more of a word say nothing more
SCALE = 1_000  # an impact is a whole number, a word at its most 4,000


@dataclass(frozen=True, slots=True, eq=False)  # two fields may weigh the same
class Field:
    """A kind of text: what a word in it weighs, how much its length counts (b of BM25F), its usual length in words."""

    weight: float
    b: float
    usual: int


NAME = Field(6.0, 0.75, 3)
PLACE = Field(3.0, 0.3, 3)
TEXT = Field(2.0, 0.5, 20)  # descriptions and tags
COLUMN_NAMES = Field(1.0, 0.8, 25)
COLUMN_TEXTS = Field(0.2, 0.9, 60)
OWN_TEXT = Field(1.5, 0.5, 20)  # of a column or a field
PARENT_NAME = Field(1.5, 0.4, 3)


def impacts(texts: Mapping[Field, Iterable[str]]) -> dict[str, int]:
    """To each word of these texts its impact, 1 to 4,000."""
    weights: Counter[str] = Counter()
    for field, of_field in texts.items():
        words = [word for text in of_field for word in words_of(text)]
        norm = 1 - field.b + field.b * len(without_wholes(words)) / field.usual
        for word, count in Counter(words).items():
            weights[word] += field.weight * count / norm  # type: ignore[assignment]  # a Counter of floats
    return {word: impact(weight) for word, weight in weights.items()}


def impact(weight: float) -> int:
    return max(round(SCALE * weight * (SATURATION + 1) / (weight + SATURATION)), 1)
