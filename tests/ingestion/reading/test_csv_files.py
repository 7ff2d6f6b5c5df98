import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.errors import Unusable
from ingestion.reading.csv_files import ROW_LENGTH, Records, find_encoding

CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12) | st.sampled_from(
    ['"', '""', ",", "\n", "\r\n", "\r", ' "a" ', "a,b", "ʤ"]
)


def records(content: bytes, separator: str = ",") -> Records:
    file = io.BytesIO(content)
    return Records(file, find_encoding(file)[0], separator)


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(st.lists(CELLS, min_size=2, max_size=4), min_size=1, max_size=6),
    separator=st.sampled_from(",;\t"),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_what_python_writes_is_read_again(rows, separator, end):
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=separator, lineterminator=end, quoting=csv.QUOTE_ALL).writerows(rows)
    content = file.getvalue()
    found = list(records(b"\xef\xbb\xbf" + content.encode(), separator))
    assert [cells for _, _, cells in found] == rows
    assert [row for row, _, _ in found] == list(range(1, len(rows) + 1))
    before, line = "", 1
    for (_, begun, _), row in zip(found, rows, strict=True):  # a record begins behind the line ends before it
        assert begun == line
        one = io.StringIO(newline="")
        csv.writer(one, delimiter=separator, lineterminator=end, quoting=csv.QUOTE_ALL).writerow(row)
        before += one.getvalue()
        line = 1 + sum(1 for _ in io.StringIO(before, newline=""))


@settings(max_examples=100, deadline=None)
@given(st.text(st.sampled_from('a,"\n\r '), max_size=30))
def test_odd_quotes_are_read_as_python_reads_them_or_refused(text):
    reader = records(text.encode())
    try:
        found = [cells for _, _, cells in reader]
    except Unusable as refused:
        assert "never closes" in str(refused)  # noqa: PT017  # either outcome is right
        return
    expected = list(csv.reader(io.StringIO(text, newline="")))
    assert found == (expected[:-1] if reader.cut else expected)


def test_rows_are_those_of_a_spreadsheet_and_lines_those_of_the_text():
    found = records(b'a,b\n"1\n2\r\n3",x\n\n4,y\n')
    assert [(row, line) for row, line, _ in found] == [(1, 1), (2, 2), (3, 5), (4, 6)]


def test_text_behind_a_closing_quote_is_told():
    reader = records(b'"a \\"b\\" c",d\ne,f\n')
    assert [(cells, reader.misquoted) for _, _, cells in reader] == [(['a \\b\\" c"', "d"], True), (["e", "f"], False)]


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("é".encode(), ("utf-8-sig", False)),
        ("é".encode("latin-1") + b",a", ("cp1252", False)),
        ("é,€".encode()[:-1], ("utf-8-sig", True)),
        ("Café".encode("cp1252"), ("cp1252", False)),
    ],
)
def test_encoding_is_that_of_the_whole_file(content, encoding):
    file = io.BytesIO(b"a\n" * 600_000 + content)
    assert find_encoding(file) == encoding
    assert file.tell() == 0


def test_quote_that_swallows_the_rest_names_its_row():
    with pytest.raises(Unusable, match=r"^Row 3 \(line 4\) opens a quote") as refused:
        list(records(b'a,b\n"1\n",2\n3,"4\n5,6\n'))
    assert (refused.value.row, refused.value.line) == (3, 4)


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        (b"x" * 2_000_000, "a cell of more than 1,500,000 characters"),
        (b'"' + b"x\n" * (ROW_LENGTH // 2), "a cell of more than 1,500,000 characters"),
        (b"x" * 1_400_000 + b"," + b",".join([b"x" * 1_400_000] * 12), "longer than 16 MB"),
        (b"," * 1_600_000, "more than 1,000,000 cells"),
    ],
)
def test_what_is_too_long_names_its_row(cells, why):
    with pytest.raises(Unusable, match=rf"^Row 2 \(line 2\).*{why}"):
        list(records(b"a,b\n" + cells))


def test_file_stays_open():
    file = io.BytesIO(b"a,b\n")
    list(Records(file, "utf-8-sig", ","))
    assert not file.closed
