"""The score over a sample of other tools' tests and of compiled dbt models: no figure may fall."""

import pytest

from bench.lineage import __main__ as bench
from bench.lineage.corpus import read_items

# Exact, of what the sample has. What is missing of columns is what its goldens say of columns that are not stored.
REACHED = {
    "tables": (1, 1, 1),
    "tables, dbt": (1, 1, 1),
    "columns": (1, 0.9787, 0.9777),
    "output columns": (1, 1, 1),
}


@pytest.fixture(scope="module")
def measured():
    return bench.measure(read_items(bench.SAMPLE))


@pytest.mark.parametrize("kind", REACHED)
def test_no_figure_falls(kind, measured):
    figures = measured.by_kind[kind].figures()
    reached = dict(zip(("precision", "recall", "exact"), REACHED[kind], strict=True))
    assert figures["items"] > 30
    assert [name for name, least in reached.items() if figures[name] < least] == []


def test_no_edge_leads_to_a_column_that_is_not_stored(measured):
    assert measured.edges > 250
    assert measured.not_stored == 0


def test_without_a_dialect_nearly_as_much_is_found():
    tried = bench.measure(read_items(bench.SAMPLE), guess=True).by_kind
    assert tried["tables"].figures()["exact"] > 0.98
    assert tried["columns"].figures()["exact"] > 0.96
