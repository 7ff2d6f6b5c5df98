import gzip

import pytest

from ingestion.errors import Unusable
from ingestion.reading.checking import HEAD, check_head

HEADER = b"id,database_name\n"


@pytest.mark.parametrize(
    ("kind", "head", "sentence"),
    [
        ("database", b"", "empty"),
        (None, b"", "empty"),
        ("database", HEADER.decode().encode("utf-16"), "UTF-16"),
        ("database", HEADER.decode().encode("utf-16-le"), "NUL"),
        ("database", gzip.compress(HEADER), "compressed .gzip."),
        ("manifest", b"PK\x03\x04...", "compressed .zip."),
        ("database", b"id,name\n", "lacks the column database_name"),
        ("database", b"name\n", "lacks the columns id, database_name"),
        ("table", b"table_id,schema_id\n", "lacks the columns table_name, table_type"),
        ("database", b"id|database_name\n", "lacks the columns"),
        ("database", b"\n\n", "lacks the columns"),
        ("database", b"id,ID,database_name\n", "the column id twice"),
        ("database", HEADER + b"Id, database_name\n", "the header again"),
        ("database", b"id,database_name," + b"x," * 10_000 + b"\n", "10,003 columns"),
        ("database", b"id,database_name," + b"x" * HEAD, "longer than 64 kB"),
        ("database", b"\xff\xfe\xfa", "UTF-16"),
        ("manifest", b"<html>", "no JSON"),
        ("manifest", b"  ", "no JSON"),
        ("run_results", b'{"a":"\0"}', "NUL"),
    ],
)
def test_what_plainly_cannot_be_read_is_refused(kind, head, sentence):
    with pytest.raises(Unusable, match=sentence):
        check_head(head[:HEAD], kind)


@pytest.mark.parametrize(
    ("kind", "head"),
    [
        ("database", HEADER),
        ("database", b"\xef\xbb\xbf" + HEADER),
        ("database", b"\r\n Database_Name ;, ID,,\r\n".replace(b" ;", b"")),
        ("database", b'database_name;"id";more\r'),
        ("database", b"id\tdatabase_name\tmore,and more"),
        ("database", "id,database_name,é\n".encode("cp1252")),
        ("database", HEADER + b"x," * HEAD),
        ("database", HEADER + "é".encode()[:1]),
        ("database", b"id,database_name,x,x\n"),
        ("table", b"table_id,table_name,schema_id,table_type,comment"),
        ("manifest", b"\xef\xbb\xbf\n {"),
        ("validation", b"["),
        (None, b"\0\0"),
    ],
)
def test_what_may_be_read_passes(kind, head):
    check_head(head[:HEAD], kind)
