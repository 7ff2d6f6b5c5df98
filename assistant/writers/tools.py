"""What a language model may ask of the catalog: to read, of one account, and nothing else.

Each answers with JSON of MAX_RESULT characters at most, in refs of this job. A ref that no result had is unknown,
whatever it is a number of.
"""

from collections.abc import Callable
from functools import wraps
from typing import Literal, ParamSpec, TypeVar
from uuid import UUID

from django.db import connection

from accounts.models import Account
from assistant.drafts import Candidate, ColumnFact
from assistant.facts import MAX_PART_TEXT, add_facts, candidates_of
from assistant.writers.cards import as_data, card, columns, fitting, neighbours, short_card
from assistant.writers.refs import Refs
from catalog.index.words import words_of
from catalog.models.assets import AssetKind
from catalog.queries.search import find
from catalog.queries.visibility import shown_rows
from catalog.queries.words import is_storable

MAX_FOUND = 10
MAX_COLUMNS = 60
MAX_READ = 1_000  # columns of a table in which words are looked for
MAX_WORDS = 300  # characters that are looked for

Kind = Literal["any", "table", "dashboard", "term", "column"]
P = ParamSpec("P")
R = TypeVar("R")


def in_thread(function: Callable[P, R]) -> Callable[P, R]:
    """For a function that runs in a thread of its own: its connection to the database ends with it."""

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        finally:
            connection.close()

    return call


class Tools:
    """Bound to one job: to its account, and to the refs of its results. `step` is called before each reading."""

    def __init__(self, account: Account, refs: Refs, step: Callable[[str], None]) -> None:
        self.account, self.refs, self.step = account, refs, step

    @in_thread
    def search_assets(self, words: str, kind: Kind = "any") -> str:
        self.step("searching once more")
        if not is_storable(words):
            return as_data({"error": "no_words"})
        kinds = [AssetKind.TABLE, AssetKind.DASHBOARD, AssetKind.TERM] if kind == "any" else [AssetKind(kind)]
        hits = find(self.account, words[:MAX_WORDS], kinds=kinds)
        best = {(hit.kind, hit.id): hit.score for hit in hits.items[:MAX_FOUND]}
        if kind == "column":
            return self.columns_found(best)
        found = candidates_of(self.account, best)
        return fitting(self.refs, "found", [short_card(self.refs, one) for one in found], unknown_words=hits.unknown)

    def columns_found(self, best: dict[tuple[str, UUID], float]) -> str:
        """Columns are shown within their tables."""
        ids = {pk: score for (_, pk), score in best.items()}
        of_tables = shown_rows(self.account, AssetKind.COLUMN).filter(pk__in=ids).values_list("table", flat=True)
        tables = candidates_of(self.account, {(AssetKind.TABLE.value, pk): 1.0 for pk in of_tables})
        add_facts(self.account, tables, asked=(), parts=ids)
        for table in tables:
            table.columns = [column for column in table.columns if column.id in ids]
        cards = [short_card(self.refs, one) | {"columns": columns(self.refs, one)} for one in tables]
        return fitting(self.refs, "found", cards)

    @in_thread
    def get_asset(self, ref: str) -> str:
        self.step("reading an asset")
        asset = self.read(ref)
        return (
            as_data({"error": "unknown_ref"})
            if asset is None
            else fitting(self.refs, "asset", [card(self.refs, asset)])
        )

    @in_thread
    def list_columns(self, ref: str, words: str = "") -> str:
        self.step("reading columns")
        asset = self.read(ref)
        if asset is None:
            return as_data({"error": "unknown_ref"})
        wanted = set(words_of(words[:MAX_WORDS]))
        whole = self.columns_of(asset)
        asset.columns = [one for one in whole if not wanted or wanted & set(words_of(f"{one.name} {one.text}"))]
        asset.columns = asset.columns[:MAX_COLUMNS]
        return fitting(self.refs, "columns", columns(self.refs, asset), of=ref, column_count=len(whole))

    @in_thread
    def lineage(self, ref: str, direction: Literal["upstream", "downstream"]) -> str:
        self.step("reading lineage")
        asset = self.read(ref)
        if asset is None:
            return as_data({"error": "unknown_ref"})
        upstream = direction == "upstream"
        found = neighbours(self.refs, asset.parents if upstream else asset.children)
        more = asset.more_parents if upstream else asset.more_children
        return fitting(self.refs, direction, found, of=ref, more=more or None)

    @in_thread
    def queries_of(self, ref: str) -> str:
        self.step("reading queries")
        asset = self.read(ref)
        if asset is None:
            return as_data({"error": "unknown_ref"})
        return fitting(self.refs, "queries", [{"sql": sql} for sql in asset.queries], of=ref)

    def read(self, ref: str) -> Candidate | None:
        """The asset of this ref as it is now; the table of a column. None if no result had it, or it has gone."""
        handed = self.refs.get(ref)
        if handed is None:
            return None
        key = (handed.kind, handed.id)
        if handed.kind == AssetKind.COLUMN:
            tables = shown_rows(self.account, AssetKind.COLUMN).filter(pk=handed.id).values_list("table", flat=True)
            key = (AssetKind.TABLE.value, tables.first() or handed.id)
        found = candidates_of(self.account, {key: 1.0}) if key[0] != AssetKind.DASHBOARD_FIELD else []
        add_facts(self.account, found, asked=(), parts={})
        return found[0] if found else None

    def columns_of(self, asset: Candidate) -> list[ColumnFact]:
        if asset.kind == AssetKind.TABLE:
            rows = shown_rows(self.account, AssetKind.COLUMN).filter(table=asset.id)
            values = ("pk", "name", "description_raw", "external_description", "is_pii")
            listed = rows.order_by("source_order", "name").values_list(*values)[:MAX_READ]
            return [
                ColumnFact(pk, name, (own or theirs or "")[:MAX_PART_TEXT], personal=bool(personal))
                for pk, name, own, theirs, personal in listed
            ]
        fields = shown_rows(self.account, AssetKind.DASHBOARD_FIELD).filter(dashboard=asset.id)
        named = fields.order_by("name").values_list("pk", "name", "description")[:MAX_READ]
        return [ColumnFact(pk, name, (text or "")[:MAX_PART_TEXT]) for pk, name, text in named]
