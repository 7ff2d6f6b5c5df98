import pytest

from catalog.choices import DashboardFieldRole, DashboardType, QualityStatus, TableType
from ingestion.filenames import FILES
from ingestion.kinds import DASHBOARD_TYPES, FIELD_ROLES, KINDS, STATUSES, TABLE_TYPES, template


def test_closed_lists_are_those_of_the_catalog():
    assert set(TABLE_TYPES) == set(TableType.values)
    assert set(DASHBOARD_TYPES) == set(DashboardType.values)
    assert set(FIELD_ROLES) == set(DashboardFieldRole.values)
    assert set(STATUSES) == set(QualityStatus.values)


def test_every_name_of_a_csv_file_is_a_kind():
    assert set(KINDS) == {name for names in FILES.values() for name in names}


def test_keys_and_references_name_columns():
    for kind in KINDS.values():
        assert set(kind.key) <= set(kind.places)
        for column in kind.columns:
            if column.references:
                other, name = column.references
                assert name in KINDS[other].places


@pytest.mark.parametrize("kind", KINDS)
def test_template_imports_without_an_issue(kind, read):
    told = read(kind, template(KINDS[kind]))
    assert (len(told.values), told.words, told.file.why_not_whole) == (1, [], "")
    assert None not in told.values[0].values()
