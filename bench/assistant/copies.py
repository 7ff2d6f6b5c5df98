"""Whether the one that people trust comes before its copies: what else speaks for an asset, put to the test.

Each table has lesser copies: in other schemas, under nearly the same name, with its columns, and with its text or
without. What the trusted one has before them is drawn by lot: a verified mark, a tag, popularity.
"""

import random
from collections.abc import Iterator, Sequence
from typing import Any

from bench.assistant.peers import asked_words

PLACES = ("staging", "backup", "sandbox", "archive", "temp", "legacy", "exports", "playground")
NAMES = ("{}", "{}", "{}", "stg_{}", "{}_old", "{}_v2", "{}_backup", "tmp_{}", "{}_copy")
WORDS_ASKED = 3  # of the text, beside the name


def copies(assets: Sequence[dict[str, Any]], tables: int, of_each: int) -> Iterator[dict[str, Any]]:
    """So many tables of the corpus that have a text, each followed by its copies."""
    chance = random.Random(17)  # noqa: S311  # the same each time
    said = [asset for asset in assets if asset["kind"] == "table" and len(asked_words(asset["description"])) > 5]
    for number, original in enumerate(chance.sample(said, min(tables, len(said)))):
        asset = {key: original[key] for key in ("kind", "name", "description", "columns")}
        marks = chance.sample(("verified", "tags", "popularity"), chance.choice((1, 2, 3)))
        trusted: dict[str, Any] = {"verified": "verified" in marks, "tags": ["certified"] if "tags" in marks else []}
        trusted["popularity"] = chance.randint(500_000, 1_000_000) if "popularity" in marks else 100_000
        yield asset | trusted | {"id": f"{number}", "path": f"core.marts{number}.{asset['name']}"}
        for copy in range(of_each):
            name = chance.choice(NAMES).format(asset["name"])
            path = f"core.{chance.choice(PLACES)}{number}.{name}"
            lesser = {"name": name, "path": path, "popularity": chance.randint(0, 100_000), "id": f"{number} {copy}"}
            if chance.random() < 0.4:
                lesser["description"] = ""
            yield asset | lesser


def questions(assets: Sequence[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """To each trusted table what somebody asks who has seen it: words of its name and of its text."""
    chance = random.Random(71)  # noqa: S311
    for asset in assets:
        if " " not in asset["id"]:
            name, text = asked_words(asset["name"]), asked_words(asset["description"])
            asked = [*name, *chance.sample(text, min(WORDS_ASKED, len(text)))]
            yield asset["id"], " ".join(chance.sample(asked, len(asked)))
