import io
import tracemalloc

import pytest

from ingestion.errors import Unusable
from ingestion.kinds import KINDS
from ingestion.reading.issues import IssueLog
from ingestion.reading.rows import CsvRows
from tests.ingestion.corpora import read_corpus

HEADER = "id,database_name\n"


def test_cells_stand_as_the_columns_of_the_kind_do(read):
    told = read("schema", "Description;more;SCHEMA_NAME; id ;database_id\nx;y;sales;s1;d1\n")
    assert told.rows == [(2, 2, ("s1", "d1", "sales", "x", None), True)]
    assert set(told.file.header.places) == {"id", "database_id", "schema_name", "description"}


def test_row_without_what_it_needs_is_not_loaded_and_present(read):
    told = read("database", HEADER + "d1,\nd2,\x01\n,x\nd3,three\n\n,\nd4\n")
    assert [(row.number, row.values, row.loads) for row in told.rows] == [
        (2, ("d1", None), False),
        (3, ("d2", None), False),
        (5, ("d3", "three"), True),
        (8, ("d4", None), False),
    ]
    missing = "missing_value"
    assert told.words == [
        *((2, "database_name", missing), (3, "database_name", "unauthorized_value"), (3, "database_name", missing)),
        *((4, "id", missing), (7, "id", missing), (7, "database_name", missing), (8, "database_name", missing)),
    ]
    assert (told.file.read, told.file.keyed) == (6, 4)
    assert told.log.kept[0].sentence == "database_name is empty, and every row needs one: fill it in."


def test_row_with_too_many_cells_is_not_loaded_and_present(read):
    told = read("schema", "id,database_id,schema_name\ns1,d1,one,more,and more\ns2,d1,two\n")
    assert [(row.values[3:], row.loads) for row in told.rows] == [((None, None), False), ((None, None), True)]
    assert told.words == [(2, "", "wrong_datatype")]
    assert (told.log.kept[0].line, told.log.kept[0].value) == (2, "more,and more")


def test_cell_that_is_wrong_is_null_and_its_row_loaded(read):
    told = read("column", "id,table_id,column_name,data_type,ordinal_position\nc1,t1,a,varchar,first\n")
    assert told.values[0] | {"data_type": "CUSTOM", "ordinal_position": None} == told.values[0]
    assert told.words == [(2, "ordinal_position", "wrong_datatype")]


def test_ids_that_differ_in_case_are_two(read):
    assert [row["id"] for row in read("database", HEADER + "d,one\nD,two\n").values] == ["d", "D"]


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("TABLE,a.b.c.d,TABLE,a.b.c.d", "child_key"),
        ("TABLE,a.b.c.d,COLUMN,a.b.c.d.e", "child_type"),
        ("DASHBOARD,t/f/a,TABLE,a.b.c.d", "child_type"),
        ("CHART,a,TABLE,b", "parent_type"),
    ],
)
def test_lineage_that_cannot_be_is_not_loaded(row, column, read):
    told = read("manual_lineage", f"parent_type,parent_key,child_type,child_key\n{row}\ntable,a,Dashboard,b\n")
    assert told.words == [(2, column, "unauthorized_value")]
    assert len(told.rows) == 1


def test_file_that_is_not_utf_8_is_read_as_windows_1252(read):
    told = read("database", (HEADER + "d1,Café €\n").encode("cp1252"))
    assert told.values == [{"id": "d1", "database_name": "Café €"}]
    assert "Windows-1252" in told.file.notes[0]


@pytest.mark.parametrize("name", ["table", "column"])
def test_file_cut_inside_a_row_is_not_whole(name, read):
    content = read_corpus(f"warehouse/jaffle/1764201600-{name}.csv")
    content = content[: content.index(b"\n", 1_500) + 1] + '"x","é","y","z","VIEW","9"\n'.encode()
    ends = [place for place, byte in enumerate(content) if byte == ord("\n")]
    for end in range(ends[0] + 2, len(content)):
        if end in ends or end - 1 in ends:
            continue  # a row that is whole
        try:
            assert read(name, content[:end]).file.why_not_whole
        except Unusable as refused:
            assert "never closes" in str(refused)  # noqa: PT017  # as good: nothing is imported


def test_cut_row_is_told_and_not_loaded(read):
    for end in ('"d2","tw', '"d2"', "d2"):
        told = read("database", HEADER + "d1,one\n" + end)
        assert [row["id"] for row in told.values] == ["d1"]
        assert told.words == [(3, "", "missing_value")]
        assert told.file.why_not_whole == "The file ends in the middle of row 3 (line 3)."
        assert told.file.read == 2


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ("", ""),
        ("d1,one\nd2,two", ""),
        ("d1,one\nd2\n", "too few cells"),
        ("d1,one\nd2,", "behind a separator"),
        ('d1,"one\n"two,"more"\n', "take in other rows"),
        ("d1,one\n" * 98 + ",x\n" + "d1,one\n", ""),
        ("d1,one\n" * 97 + ",x\n" * 2 + "d1,one\n", "Of 100 rows only 98 have an id"),
    ],
)
def test_whether_a_file_is_whole(rows, why, read):
    assert (why in read("database", HEADER + rows).file.why_not_whole) if why else True
    assert bool(read("database", HEADER + rows).file.why_not_whole) is bool(why)


def test_cell_of_2_mb_is_refused_and_long_sql_is_not(read):
    with pytest.raises(Unusable, match=r"^Row 2 .* more than 1 MB"):
        read("database", HEADER + "d1," + "x" * 1_200_000)
    header = "database_name,schema_name,view_name,view_definition\n"
    told = read("view_ddl", f"{header}d,s,v,{'x' * 1_200_000}\n")
    assert (len(told.values[0]["view_definition"]), told.words) == (1_200_000, [])


def test_memory_does_not_grow_with_the_file():
    rows = b"".join(b"t%d,s1,name,TABLE,%s\n" % (number, b"x" * 500) for number in range(4_000))
    file = io.BytesIO(b"id,schema_id,table_name,type,description\n" + rows)
    tracemalloc.start()
    try:
        read = CsvRows(file, KINDS["table"], name="table.csv", log=IssueLog())
        assert sum(1 for _ in read) == 4_000
        assert tracemalloc.get_traced_memory()[1] < 1_500_000  # the file has 2 MB
    finally:
        tracemalloc.stop()
