"""Files that nobody of this project wrote."""

import csv
import io
import json

import pytest

from ingestion.errors import Unusable
from ingestion.filenames import Family, read_name
from ingestion.kinds import KINDS
from ingestion.reading.csv_files import Records, find_encoding
from tests.ingestion.corpora import CORPORA, read_corpus, read_expected

TYPES = {"bi": Family.VIZ, "manual_lineage": Family.MANUAL}
FOREIGN = sorted(path.relative_to(CORPORA) for path in CORPORA.glob("csv/[ad]*/*.csv"))


@pytest.mark.parametrize("folder", ["warehouse/jaffle", "warehouse_native/jaffle", "bi/dbtresto", "manual_lineage"])
def test_folder_is_read_without_an_issue(folder, read):
    expected = read_expected("warehouse/jaffle/expected.json")
    names = [path.name for path in (CORPORA / folder).glob("*.csv")]
    assert names
    for name in names:
        kind = read_name(name, uploaded_as=TYPES.get(folder.split("/", maxsplit=1)[0], Family.WAREHOUSE)).kind
        told = read(kind, read_corpus(f"{folder}/{name}"))
        assert (told.words, told.file.why_not_whole, told.file.notes) == ([], "", [])
        assert len(told.values) == told.file.read
        assert len(told.values) == expected.get(f"{kind}s", len(told.values))


def test_native_files_say_what_generic_ones_say(read):
    for kind in ("database", "schema", "table", "column"):
        name = f"jaffle/1764201600-{kind}.csv"
        generic, native = (read(kind, read_corpus(f"{folder}/{name}")) for folder in ("warehouse", "warehouse_native"))
        assert (generic.file.header.native, native.file.header.native) == (False, True)
        left_out = {"description", "tags", "owner_external_id", "is_nullable"}  # which native files say otherwise
        same = [
            {frozenset((key, value) for key, value in row.items() if key not in left_out) for row in told.values}
            for told in (generic, native)
        ]
        assert same[0] == same[1]


@pytest.mark.parametrize("path", FOREIGN, ids=str)
def test_files_of_other_catalogs_are_unusable_as_any_kind(path, read):
    for kind in KINDS:
        with pytest.raises(Unusable, match="lacks the column"):
            read(kind, read_corpus(str(path)))


@pytest.mark.parametrize("path", sorted(CORPORA.glob("csv/spectrum/*.csv")), ids=lambda path: path.stem)
def test_spectrum_is_read_as_it_says(path):
    header, *rows = cells_of(path.read_bytes())
    assert [dict(zip(header, row, strict=True)) for row in rows] == json.loads(path.with_suffix(".json").read_bytes())


@pytest.mark.parametrize("name", ["csv-254", "japanese", "psql"])
def test_commons_is_read_as_python_reads_it(name):
    content = read_corpus(f"csv/commons/{name}.csv")
    assert cells_of(content) == list(csv.reader(io.StringIO(content.decode(), newline="")))


def test_quote_that_never_closes_is_refused():
    with pytest.raises(Unusable, match=r"^Row 3 \(line 3\) opens a quote that never closes"):
        cells_of(read_corpus("csv/commons/csv-141.csv"))


def cells_of(content: bytes) -> list[list[str]]:
    file = io.BytesIO(content)
    return [cells for _, _, cells in Records(file, find_encoding(file)[0], ",")]
