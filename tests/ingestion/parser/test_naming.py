"""Names to stored tables."""

import pytest

from ingestion.parser.naming import Catalog, StoredTable
from ingestion.parser.words import words_of
from tests.ingestion.parser.asking import moved

STORED = ["db.s.t", "db.r.t", "db.s.u", "other.s.u", "s.w", "a.b.c.d"]


@pytest.mark.parametrize(
    ("name", "default", "found"),
    [
        ("s.t", (None, None), "db.s.t"),
        ("S.T", (None, None), "db.s.t"),
        ("t", (None, None), None),  # two are equally likely
        ("t", (None, "r"), "db.r.t"),
        ("t", ("DB", "R"), "db.r.t"),
        ("t", (None, "x"), None),
        ("u", ("other", None), "other.s.u"),
        ("s.u", (None, None), None),
        ("db.s.u", (None, None), "db.s.u"),
        ("server.db.s.u", (None, None), "db.s.u"),  # longer than what is stored
        ("any.s.w", (None, None), "s.w"),
        ("d", (None, None), "a.b.c.d"),
        ("none", (None, None), None),
    ],
)
def test_a_name_means_the_stored_table_whose_path_agrees_longest(name, default, found):
    catalog = Catalog([StoredTable(tuple(path.split(".")), ["x"]) for path in STORED], default)
    table = catalog.find(tuple(name.split(".")))
    assert (".".join(table.path) if table else None) == found


def test_a_table_without_stored_columns_may_have_any():
    assert moved("SELECT a FROM t", "", {"db.s.t": ()}) == [("", ["db.s.t"])]


def test_the_words_of_a_text_hold_every_table_that_it_may_name():
    sql = 'SELECT * FROM "My Table", `p.d.t$20260101`, [x y].[z w], a.b.Plain, #tmp, "1.2.Some" -- Ümlaut'
    words = words_of(sql)
    assert {"my table", "t", "z w", "plain", "#tmp", "some", "1.2.some", "ümlaut"} <= words
    assert "" not in words
