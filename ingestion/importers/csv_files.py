"""CSV files of a batch, staged and merged: which column becomes which value, what is reported, what is deleted."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO, cast

from catalog.services.merging import kinds as merging
from catalog.services.merging.comparing import Comparison, Finding, State
from catalog.services.merging.kinds import Kind
from catalog.services.merging.staging import Stage
from ingestion import store
from ingestion.errors import Unusable
from ingestion.kinds import KINDS as FILE_KINDS
from ingestion.kinds import PLACE_LENGTH
from ingestion.models import Upload
from ingestion.reading.issues import IssueLog, Problem, Word
from ingestion.reading.rows import CsvRows, Row

Value = Callable[[Row], Any]
LOADED = (State.CREATED, State.CHANGED, State.RESTORED, State.UNCHANGED)


@dataclass(frozen=True, slots=True)
class FileMap:
    """How the rows of one kind of file become staged rows.

    `columns`: of each value and extra of the kind, the file's column. `made`: those that are made of several.
    """

    kind: Kind
    external_id: str
    parent: str | None
    columns: Mapping[str, str]
    made: Mapping[str, Callable[[Mapping[str, Any]], Any]] = field(default_factory=dict)


def full_name(row: Mapping[str, Any]) -> str | None:
    return " ".join(filter(None, (row["first_name"], row["last_name"]))) or None


WAREHOUSE = {
    "database": FileMap(merging.DATABASE, "id", None, {"name": "database_name"}),
    "schema": FileMap(merging.SCHEMA, "id", "database_id", {"name": "schema_name", "description": "description"}),
    "user": FileMap(merging.USER, "id", None, {"email": "email"}, made={"name": full_name}),
    "table": FileMap(
        merging.TABLE,
        "id",
        "schema_id",
        {
            "name": "table_name",
            "external_description": "description",
            "table_type": "type",
            merging.TAGS: "tags",
            merging.OWNER: "owner_external_id",
        },
    ),
    "column": FileMap(
        merging.COLUMN,
        "id",
        "table_id",
        {
            "name": "column_name",
            "external_description": "description",
            "data_type": "data_type",
            "source_order": "ordinal_position",
        },
    ),
}

SENTENCES = {
    (Word.DUPLICATE_VALUE, "external_id"): "This id stands in an earlier row: only the first one is loaded.",
    (Word.DUPLICATE_VALUE, "name"): "An earlier row has the same name in the same place: only that one is loaded.",
    (
        Word.UNKNOWN_REFERENCE,
        "parent",
    ): "Nothing has this id, here or from before: send it too, or mend the id.",
    (Word.UNKNOWN_REFERENCE, merging.OWNER): "No user has this id: the row is loaded without an owner.",
}


@dataclass(slots=True)
class Loaded:
    """A file that was read: what the report says of it, before anything is compared."""

    upload: Upload
    map: FileMap
    reader: CsvRows

    @property
    def is_whole(self) -> bool:
        return not self.reader.why_not_whole


def load(stage: Stage, upload: Upload, number: int, *, log: IssueLog, tell: Callable[[int], None]) -> Loaded:
    """Stage the rows of one file, which is the batch's `number`-th. Raises Unusable, naming the file."""
    file_map = WAREHOUSE[upload.kind]
    with store.storage().open(upload.key) as file:
        try:
            reader = CsvRows(cast("BinaryIO", file), FILE_KINDS[upload.kind], name=upload.path, log=log)
            stage.load(file_map.kind, staged_rows(reader, file_map, number, tell), absent=absent(reader, file_map))
        except Unusable as error:
            raise Unusable(f"{upload.path.rpartition('/')[2]}: {error}", row=error.row, line=error.line) from None
    return Loaded(upload, file_map, reader)


def absent(reader: CsvRows, file_map: FileMap) -> set[str]:
    """What the file has no column for."""
    return {name for name, column in file_map.columns.items() if column not in reader.header.places}


def staged_rows(
    reader: CsvRows, file_map: FileMap, number: int, tell: Callable[[int], None]
) -> Iterator[Sequence[Any]]:
    places = reader.kind.places
    key = places[file_map.external_id]
    parent = places[file_map.parent] if file_map.parent else None
    names = (*file_map.kind.values, *file_map.kind.extras)
    values = [value_reader(file_map, name, places) for name in names]
    for count, row in enumerate(reader, 1):
        cells = row.values
        above = cells[parent] if parent is not None else None
        yield (number, row.number, row.line, cells[key], above, row.loads, *[value(cells) for value in values])
        if count % 5_000 == 0:
            tell(count)


def value_reader(file_map: FileMap, name: str, places: Mapping[str, int]) -> Callable[[tuple[object, ...]], Any]:
    if name in file_map.made:
        make, named = file_map.made[name], places.items()
        return lambda cells: make({column: cells[place] for column, place in named})
    place = places[file_map.columns[name]]
    if name == merging.TAGS:
        return lambda cells: None if cells[place] is None else json.dumps(cells[place])
    if name == "description":
        return lambda cells: cut(cells[place])
    return lambda cells: cells[place]


def cut(text: Any) -> Any:
    return text[:PLACE_LENGTH] if text else text


def report_findings(findings: Sequence[Finding], files: Sequence[Loaded], log: IssueLog) -> None:
    """What SQL found wrong, in the words of the files."""
    for one in findings:
        file = files[one.file]
        columns = {"external_id": file.map.external_id, "parent": file.map.parent or ""} | dict(file.map.columns)
        sentence = SENTENCES[Word(one.word), one.column]
        loads = one.column == merging.OWNER
        problem = Problem(Word(one.word), columns[one.column], one.value or "", sentence, loads=loads)
        log.add(problem, file=file.upload.path, row=one.row, line=one.line)


def counts(files: Sequence[Loaded], comparison: Comparison, log: IssueLog) -> dict[str, dict[str, Any]]:
    """What the report says of each file, by the name of its kind."""
    told: dict[str, dict[str, Any]] = {}
    for file in files:
        kind = file.map.kind.name
        states = comparison.states[kind]
        notes = list(file.reader.notes)
        if not file.is_whole:
            notes.append(f"Nothing was deleted. {file.reader.why_not_whole}")
        told[file.upload.kind] = {
            "path": file.upload.path,
            "rows": file.reader.read,
            "loaded": sum(states.get(state, 0) for state in LOADED),
            **{state.value: states.get(state, 0) for state in LOADED},
            "deleted": comparison.deleted[kind],
            "issues": {word.value: number for (path, word), number in log.counts.items() if path == file.upload.path},
            "notes": notes,
        }
    return told
