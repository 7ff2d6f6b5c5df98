"""Which SQL a source speaks."""

from sqlglot.dialects.dialect import Dialect

from catalog.choices import SourceTechnology
from ingestion.parser.dialects import BY_TECHNOLOGY, LATERAL_ALIASES, POSTGRES_NAMES, STRUCTS, TRIED, TWO_LEVELS


def test_all_dialects_are_ones_that_the_parser_knows():
    named = {*BY_TECHNOLOGY.values(), *TRIED, *STRUCTS, *LATERAL_ALIASES, *TWO_LEVELS, *POSTGRES_NAMES}
    assert [name for name in sorted(named) if Dialect.get(name) is None and name] == []


def test_technologies_are_those_of_the_catalog():
    assert set(BY_TECHNOLOGY) <= set(SourceTechnology.values)
