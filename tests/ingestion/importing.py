"""Files of a warehouse for tests, received as the door does it, and imported as the job does it."""

import csv
import io
from datetime import UTC, datetime

from accounts.actors import Actor
from ingestion import importing, receiving, store
from ingestion.models import Batch, Family
from ingestion.receiving import Place
from tests.factories import NOW
from tests.ingestion.corpora import CORPORA

BY = Actor("cat_rw_eu_••••", door="ingest")
STAMP = 1_764_000_000

SHOP = {
    "database": [["id", "database_name"], ["d1", "shop"]],
    "schema": [["id", "database_id", "schema_name", "description", "tags"], ["s1", "d1", "public", "", "[]"]],
    "table": [
        ["id", "schema_id", "table_name", "description", "tags", "type", "owner_external_id"],
        ["t1", "s1", "orders", "One row an order", "['gold']", "TABLE", "u1"],
        ["t2", "s1", "people", "", "", "VIEW", ""],
    ],
    "column": [
        ["id", "table_id", "column_name", "description", "data_type", "ordinal_position"],
        ["c1", "t1", "id", "", "INTEGER", "1"],
        ["c2", "t2", "name", "Their name", "varchar", "1"],
    ],
    "user": [["id", "email", "first_name", "last_name"], ["u1", "carol@acme.test", "Carol", ""]],
    "view_ddl": [
        ["database_name", "schema_name", "view_name", "view_definition"],
        ["shop", "public", "people", "SELECT id AS name FROM orders"],
    ],
    "query": [
        ["query_id", "database_id", "query_text", "user_id", "start_time"],
        ["q1", "d1", "SELECT 1", "u1", "2025-11-23T10:00:00"],
    ],
}


def as_csv(rows) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


PREFIXES = {Family.VIZ: "visualization", Family.DBT: "transformation"}


def receive(source, name, content, *, family=Family.WAREHOUSE, stamp=STAMP, now=NOW, account=None):
    """A file without an ending is CSV; without a source it is manual lineage."""
    name = name if "." in name else f"{name}.csv"
    path = f"{PREFIXES.get(family, family.value.lower())}-{source.pk}/{stamp}-{name}" if source else "manual-lineage"
    file = store.Incoming(limit=100_000_000)
    file.write(content)
    place = Place(source, family, path, path.rpartition("/")[2])
    try:
        return receiving.receive(account or source.account, place=place, file=file, form_name=name, by=BY, now=now)
    finally:
        file.discard()


def receive_all(source, files, *, family=Family.WAREHOUSE, stamp=STAMP, now=NOW):
    """All files of one batch, which is returned. Rows are written as CSV, bytes as they are."""
    for name, rows in files.items():
        content = rows if isinstance(rows, bytes) else as_csv(rows)
        upload = receive(source, name, content, family=family, stamp=stamp, now=now)
    return upload.batch


def bring(source, files, *, family=Family.WAREHOUSE, stamp=STAMP, now=NOW):
    """Receive these files and import whatever waits; returns the batch as it is afterwards."""
    batch = receive_all(source, files, family=family, stamp=stamp, now=now)
    return import_now(batch)


def import_now(batch):
    """Import whatever waits, or would after a quiet time; returns the batch as it is afterwards."""
    importing.import_waiting(datetime.now(UTC))
    return Batch.objects.get(pk=batch.pk)


def corpus(folder):
    """The CSV files of a folder, by their kinds."""
    return {path.stem.partition("-")[2]: path.read_bytes() for path in sorted((CORPORA / folder).glob("*.csv"))}
