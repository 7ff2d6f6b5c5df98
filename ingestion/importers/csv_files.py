"""CSV files staged: which column becomes which value, what is reported of their rows."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from catalog.services.merging import kinds as merging
from catalog.services.merging.comparing import Comparison, Finding
from catalog.services.merging.kinds import Kind, Said
from catalog.services.merging.staging import stored_time
from ingestion.importers.base import Importer, Loaded, opened
from ingestion.kinds import KINDS as FILE_KINDS
from ingestion.models import Upload
from ingestion.reading.issues import IssueLog, Problem, Word
from ingestion.reading.rows import CsvRows

Cells = Mapping[str, Any]  # of a row, by column


@dataclass(frozen=True, slots=True)
class FileMap:
    """How the rows of one kind of file become staged rows.

    `columns`: of each value and extra of the kind, the file's column. `made`: those that are made of several.
    `placeless`: a column that has no place in the catalog, and the sentence that says so, if a cell of it is filled.
    """

    kind: Kind
    external_id: str
    parent: str | None
    columns: Mapping[str, str]
    made: Mapping[str, Callable[[Cells], Any]] = field(default_factory=dict)
    placeless: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class LoadedRows(Loaded):
    """A file whose rows are assets."""

    map: FileMap = field(kw_only=True)
    reader: CsvRows = field(kw_only=True)
    filled: set[str] = field(default_factory=set)  # columns without a place

    @property
    def is_whole(self) -> bool:
        return not self.reader.why_not_whole

    def take(self, comparison: Comparison) -> None:
        """What the report says, after all was compared."""
        kind = self.map.kind.name
        self.states = {state.value: number for state, number in comparison.states[kind].items()}
        self.deleted, self.before = comparison.deleted[kind], comparison.before[kind]


LISTS = (
    merging.TAGS,
    merging.PARENT_TABLES,
    merging.PARENT_COLUMNS,
    merging.PARENT_DASHBOARDS,
    merging.CHILD_DASHBOARDS,
)
DUPLICATE_ID = "This id stands in an earlier row: only the first one is loaded."
DUPLICATE_NAME = "An earlier row has the same name in the same place: only that one is loaded."
HOMELESS = "Nothing has this id, here or from before: send it too, or mend the id."
OWNERLESS = "No user has this id: the row is loaded without an owner."
UNKNOWN_TABLE = "No warehouse of this account has this table, or two have it: the rest of the row is loaded."
UNKNOWN_COLUMN = "No warehouse of this account has this column, or two have it: the rest of the row is loaded."
UNKNOWN_DASHBOARD = "Nothing has this id, here or from before: the rest of the row is loaded."
UNKNOWN_KEY = "Nothing in the catalog has this key, or two assets have it: mend the key, or import the asset first."
ITSELF = "This is the row itself: nothing is made from itself."
UNKNOWN_NODE = "This table is not in the catalog: import its warehouse first. The rest of the manifest is loaded."
SENTENCES = {
    (Word.DUPLICATE_VALUE, "external_id"): DUPLICATE_ID,
    (Word.DUPLICATE_VALUE, "name"): DUPLICATE_NAME,
    (Word.UNKNOWN_REFERENCE, "parent"): HOMELESS,
    (Word.UNKNOWN_REFERENCE, merging.OWNER): OWNERLESS,
    (Word.UNKNOWN_REFERENCE, merging.PARENT_TABLES): UNKNOWN_TABLE,
    (Word.UNKNOWN_REFERENCE, merging.PARENT_COLUMNS): UNKNOWN_COLUMN,
    (Word.UNKNOWN_REFERENCE, merging.PARENT_DASHBOARDS): UNKNOWN_DASHBOARD,
    (Word.UNKNOWN_REFERENCE, merging.CHILD_DASHBOARDS): UNKNOWN_DASHBOARD,
    (Word.UNAUTHORIZED_VALUE, merging.PARENT_DASHBOARDS): ITSELF,
    (Word.UNAUTHORIZED_VALUE, merging.CHILD_DASHBOARDS): ITSELF,
    (Word.UNAUTHORIZED_VALUE, "child_key"): ITSELF,
    (Word.UNKNOWN_REFERENCE, "parent_key"): UNKNOWN_KEY,
    (Word.UNKNOWN_REFERENCE, "child_key"): UNKNOWN_KEY,
    (Word.UNKNOWN_REFERENCE, "table_key"): UNKNOWN_KEY,
    (
        Word.UNKNOWN_REFERENCE,
        "external_id",
    ): "No test of the latest manifest is called so, or its table is not stored.",
    (Word.UNKNOWN_REFERENCE, "column_name"): "The table has no such column: the check is loaded as the table's.",
    (Word.UNKNOWN_REFERENCE, "place"): UNKNOWN_NODE,
    (Word.UNKNOWN_REFERENCE, "dashboard_id"): HOMELESS,
    (Word.UNKNOWN_REFERENCE, "database_id"): HOMELESS,
    (Word.UNKNOWN_REFERENCE, "user_id"): HOMELESS,
}
LOADED_WITHOUT = (*LISTS, merging.OWNER, "column_name")  # with what is wrong here, the rest of the row is loaded


def load_rows(importer: Importer, upload: Upload, file_map: FileMap) -> LoadedRows:
    """Stage the rows of one file of assets. Raises Unusable, naming the file."""
    with opened(upload) as file:
        reader = CsvRows(file, FILE_KINDS[upload.kind], name=upload.path, log=importer.log)
        columns = {"external_id": file_map.external_id, "parent": file_map.parent or "", **file_map.columns}
        loaded = LoadedRows(upload, columns=columns, map=file_map, reader=reader)
        rows = staged_rows(loaded, len(importer.files), importer)
        importer.stage.load(file_map.kind, rows, absent=absent(reader, file_map))
    loaded.rows = reader.read
    loaded.notes = reader.notes + [file_map.placeless[column] for column in sorted(loaded.filled)]
    if not loaded.is_whole:
        loaded.notes.append(f"Nothing was deleted. {reader.why_not_whole}")
    importer.files.append(loaded)
    return loaded


def absent(reader: CsvRows, file_map: FileMap) -> set[str]:
    """What the file has no column for."""
    return {name for name, column in file_map.columns.items() if column not in reader.header.places}


def staged_rows(loaded: LoadedRows, number: int, importer: Importer) -> Iterator[Sequence[Any]]:
    file_map, places = loaded.map, loaded.reader.kind.places
    key = places[file_map.external_id]
    parent = places[file_map.parent] if file_map.parent else None
    values = [value_reader(file_map, name, places) for name in (*file_map.kind.values, *file_map.kind.extras)]
    placeless = [(column, places[column]) for column in file_map.placeless]
    for row in importer.counted(iter(loaded.reader)):
        cells = row.values
        above = cells[parent] if parent is not None else None
        yield (number, row.number, row.line, cells[key], above, row.loads, *[value(cells) for value in values])
        for column, place in placeless:
            if cells[place]:
                loaded.filled.add(column)


def value_reader(file_map: FileMap, name: str, places: Mapping[str, int]) -> Callable[[tuple[object, ...]], Any]:
    if name in file_map.made:
        make, named = file_map.made[name], places.items()
        return lambda cells: make({column: cells[place] for column, place in named})
    place = places[file_map.columns[name]]
    if name in LISTS:
        return lambda cells: None if cells[place] is None else json.dumps(cells[place])
    return lambda cells: cells[place]


def load_said(
    importer: Importer, upload: Upload, said: Said, values: Callable[[Cells], Sequence[Any] | None] | None = None
) -> Loaded:
    """Stage the rows of a file that says something of assets. Raises Unusable, naming the file.

    `values` are those of the columns of `said`, from the cells of a row: None leaves it out. Without it they are the
    cells of the same names. Rows with an issue that keeps them out are not staged.
    """
    loaded = Loaded(upload)
    number = len(importer.files)
    with opened(upload) as file:
        reader = CsvRows(file, FILE_KINDS[upload.kind], name=upload.path, log=importer.log)
        columns = list(reader.kind.places)
        make = values or partial(said_cells, said)

        def rows() -> Iterator[Sequence[Any]]:
            for row in importer.counted(iter(reader)):
                if row.loads and (made := make(dict(zip(columns, row.values, strict=True)))) is not None:
                    yield (number, row.number, row.line, True, *made)

        importer.stage.load_said(said, rows())
    loaded.rows, loaded.notes = reader.read, list(reader.notes)
    importer.files.append(loaded)
    return loaded


def said_cells(said: Said, cells: Cells) -> list[Any]:
    moments = {name for name, sort in said.columns.items() if sort == merging.MOMENT}
    return [stored_time(cells[name]) if name in moments else cells[name] for name in said.columns]


def log_findings(findings: Sequence[Finding], files: Sequence[Loaded], log: IssueLog) -> None:
    """What SQL found wrong, in the words of the files."""
    for one in findings:
        file = files[one.file]
        sentence = SENTENCES[Word(one.word), one.column]
        column = file.columns.get(one.column, one.column)
        problem = Problem(Word(one.word), column, one.value or "", sentence, loads=one.column in LOADED_WITHOUT)
        log.add(problem, file=file.upload.path, row=one.row, line=one.line)


def take_all(importer: Importer, comparison: Comparison) -> None:
    for file in importer.files:
        if isinstance(file, LoadedRows):
            file.take(comparison)


def whole_kinds(importer: Importer) -> list[Kind]:
    """Of which a stored row is gone that the file does not have."""
    return [file.map.kind for file in importer.files if isinstance(file, LoadedRows) and file.is_whole]
