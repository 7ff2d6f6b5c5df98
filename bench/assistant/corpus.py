"""A corpus of assets and questions, as files: stored as an account's catalog, and read as what is asked of it.

catalog.jsonl[.gz]   id, kind, name, path, description, columns [[name, text]], source, tags?, verified?, popularity?
questions.jsonl      id, set, lang, kind, question, gold (ids; `table#column` for a column), need (`any` or `all`)
"""

import gzip
import json
import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db.models import Model

from accounts.models import Account
from catalog.choices import SourceOrigin, SourceTechnology, SourceType, TagEntityOrigin
from catalog.models import Column, Dashboard, DashboardField, Database, Schema, Source, Table, Tag, TagEntity, Term
from catalog.services.extraction import bring_in

ROWS_AT_ONCE = 20_000
COLUMNS_OF_MIXED = (4, 13)  # of a mixed table, at least and at most


@dataclass(frozen=True, slots=True)
class Question:
    group: str  # the set that it is of
    kind: str
    text: str
    gold: frozenset[str]
    any_will_do: bool

    def share(self, found: Sequence[str]) -> float:
        """How much of what is right was found: one is enough, or each counts."""
        right = len(self.gold & set(found))
        return float(right > 0) if self.any_will_do else right / len(self.gold)

    def reciprocal_rank(self, found: Sequence[str]) -> float:
        """One divided by the place of the first that is right; 0 when none is."""
        return next((1 / place for place, asset in enumerate(found, 1) if asset in self.gold), 0.0)


def read_questions(folder: Path) -> list[Question]:
    with (folder / "questions.jsonl").open(encoding="utf-8") as lines:
        return [question_of(json.loads(line)) for line in lines]


def question_of(line: dict[str, Any]) -> Question:
    gold = frozenset(asset.partition("#")[0] for asset in line["gold"])
    return Question(line["set"], line["kind"], line["question"], gold, line["need"] == "any")


def read_assets(folder: Path) -> list[dict[str, Any]]:
    packed = folder / "catalog.jsonl.gz"
    text = gzip.decompress(packed.read_bytes()) if packed.exists() else (folder / "catalog.jsonl").read_bytes()
    return [json.loads(line) for line in text.splitlines()]


def verified_questions(account: Account) -> list[Question]:
    """What people of the account asked and found well answered, with the ids of what was cited as `gold`.

    None yet: nobody can say so of an answer.
    """
    del account
    return []


def mixed(assets: Sequence[dict[str, Any]], questions: Iterable[Question], number: int) -> Iterator[dict[str, Any]]:
    """So many tables, each mixed from four that answer no question, so that it is no copy of one.

    Its name has words of two, its columns are some of theirs, its text is that of a third, its place that of a fourth.
    """
    asked = {asset for question in questions for asset in question.gold}
    tables = [asset for asset in assets if asset["kind"] == "table"]
    others = [table for table in tables if table["id"] not in asked]
    others = others if len(others) > 3 else tables
    chance = random.Random(17)  # noqa: S311  # the same tables each time
    for place in range(number):
        one, other, third, fourth = chance.sample(others, 4)
        first, last = (re.findall(r"[^\W_]+", asset["name"]) for asset in (one, other))
        name = "_".join([*first[: -(-len(first) // 2)], *last[len(last) // 2 :]])
        columns = list(dict(map(tuple, one["columns"] + other["columns"])).items())
        columns = chance.sample(columns, min(len(columns), chance.randint(*COLUMNS_OF_MIXED)))
        path = fourth["path"].removesuffix(fourth["name"]) + name
        said = {"description": third["description"], "columns": columns}
        yield {"id": f"mixed {place}", "kind": "table", "name": name, "path": path} | said


class Ground:
    """Sources, places and tags of a corpus, each made once."""

    def __init__(self) -> None:
        catalog = {"origin": SourceOrigin.EXTRACTION}
        self.warehouse = Source(
            name="Warehouse", technology=SourceTechnology.SNOWFLAKE, type=SourceType.WAREHOUSE, **catalog
        )
        self.looker = Source(
            name="Dashboards", technology=SourceTechnology.LOOKER, type=SourceType.VISUALIZATION, **catalog
        )
        self.databases: dict[str, Database] = {}
        self.schemas: dict[tuple[str, str], Schema] = {}
        self.tags: dict[str, Tag] = {}

    def schema(self, place: str) -> tuple[list[Model], Schema]:
        """The schema of a place, and what had to be made for it."""
        name, _, inner = place.partition(".")
        made: list[Model] = []
        if name not in self.databases:
            self.databases[name] = Database(source=self.warehouse, name=name, external_id=name)
            made.append(self.databases[name])
        if (name, inner) not in self.schemas:
            self.schemas[name, inner] = Schema(database=self.databases[name], name=inner, external_id=inner)
            made.append(self.schemas[name, inner])
        return made, self.schemas[name, inner]

    def tag(self, label: str) -> tuple[list[Model], Tag]:
        made: list[Model] = [] if label in self.tags else [self.tags.setdefault(label, Tag(label=label))]
        return made, self.tags[label]


def store(account: Account, assets: Iterable[dict[str, Any]], *, now: datetime) -> dict[UUID, str]:
    """Make the account's catalog of these; to each id the id that the corpus gives it."""
    ground, names = Ground(), {}
    waiting: list[Model] = [ground.warehouse, ground.looker]
    for number, asset in enumerate(assets):
        rows = list(rows_of(ground, asset, number, now))
        names[rows[0].pk] = asset["id"]
        waiting += rows
        if len(waiting) >= ROWS_AT_ONCE:
            bring_in(account, waiting, by=None, now=now)
            waiting = []
    bring_in(account, waiting, by=None, now=now)
    return names


def rows_of(ground: Ground, asset: dict[str, Any], number: int, now: datetime) -> Iterator[Any]:
    """The row of the asset, and those that come with it."""
    place = asset["path"].removesuffix(asset["name"]).strip("./")
    common = {"name": asset["name"], "external_description": asset["description"] or None}
    marks = {"verified_at": now if asset.get("verified") else None}
    popularity, made = asset.get("popularity"), list[Model]()
    row: Any
    if asset["kind"] == "table":
        made, schema = ground.schema(place)
        row = Table(schema=schema, external_id=str(number), popularity=popularity, **common, **marks)
    elif asset["kind"] == "dashboard":
        address = f"https://looker.example/{number}"
        row = Dashboard(
            source=ground.looker, external_id=str(number), folder_path=place, url=address, popularity=popularity,
            **common, **marks,
        )  # fmt: skip
    else:
        row = Term(**common, **marks)
    yield row
    yield from made
    yield from parts_of(ground, row, asset["columns"])
    for label in asset.get("tags", ()):
        new, tag = ground.tag(label)
        yield from new
        yield TagEntity(tag=tag, origin=TagEntityOrigin.USER, **{asset["kind"]: row})


def parts_of(ground: Ground, row: Any, columns: Iterable[Sequence[str]]) -> Iterator[Model]:
    for number, (name, text) in enumerate(columns):
        named = {"name": name[:500], "external_id": str(number), "data_type": "text"}
        if isinstance(row, Table):
            said = {"external_description": text or None, "source_order": number}
            yield Column(table=row, source=ground.warehouse, **named, **said)
        elif isinstance(row, Dashboard):
            yield DashboardField(dashboard=row, label=name, description=text or None, **named)
