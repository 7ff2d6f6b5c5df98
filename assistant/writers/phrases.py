"""The sentences of an answer without a model, in the languages that have them: files in `assistant/phrases/`."""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent.parent / "phrases"
FALLBACK = "en"


@cache
def read(language: str) -> Mapping[str, Mapping[str, Any]]:
    """Those of a language; of one without a file, the English ones."""
    path = FOLDER / f"{language}.toml"
    known = path if language.isalpha() and path.exists() else FOLDER / f"{FALLBACK}.toml"
    return tomllib.loads(known.read_text(encoding="utf-8"))


class Phrases:
    """What is put into a sentence has to be Markdown already: `escaping` makes it of the catalog's words."""

    def __init__(self, language: str) -> None:
        self.said = read(language)

    def lead(self, name: str, **values: object) -> str:
        return str(self.said["lead"][name]).format(**values)

    def line(self, name: str, **values: object) -> str:
        return str(self.said["line"][name]).format(**values)

    def kind(self, name: str) -> str:
        return str(self.said["kinds"][name])

    def quote(self, text: str) -> str:
        return self.line("quote", text=text)

    def listed(self, names: Sequence[str], more: int) -> str:
        """The names, and how many more there are."""
        return ", ".join([*names, *([self.line("more", number=more)] if more > 0 else [])])

    def number(self, number: int, name: str) -> str:
        """3 tables."""
        return f"{number} {self.of(number, name)}"

    def of(self, number: int, name: str) -> str:
        """The word for so many."""
        one, many = self.said["number"][name]
        return str(one if number == 1 else many)

    def because(self, name: str) -> str:
        """Why no language model wrote the answer."""
        return str(self.said["because"][name])
