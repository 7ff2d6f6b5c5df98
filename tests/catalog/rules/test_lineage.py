import pytest

from catalog.errors import InvalidInput
from catalog.rules.lineage import check_lineages

ONE, OTHER = "0198c5f0-0000-7000-8000-00000000000a", "0198c5f0-0000-7000-8000-00000000000b"


@pytest.mark.parametrize("parent", ["parent_table_id", "parent_dashboard_id"])
@pytest.mark.parametrize("child", ["child_table_id", "child_dashboard_id"])
def test_a_lineage_has_a_parent_and_a_child(parent, child):
    nothing = dict.fromkeys(["parent_table_id", "parent_dashboard_id", "child_table_id", "child_dashboard_id"])
    check_lineages([nothing | {parent: ONE, child: OTHER}, {parent: ONE, child: OTHER}])


@pytest.mark.parametrize(
    "row",
    [
        {},
        {"parent_table_id": ONE},
        {"child_table_id": ONE},
        {"parent_table_id": ONE, "child_table_id": None},
        {"parent_table_id": ONE, "parent_dashboard_id": ONE, "child_table_id": OTHER},
        {"parent_table_id": ONE, "child_dashboard_id": ONE, "child_table_id": OTHER},
    ],
)
def test_other_numbers_of_ends_are_refused(row):
    with pytest.raises(InvalidInput, match="Row 2: A lineage has exactly one parent and one child"):
        check_lineages([{"parent_table_id": ONE, "child_table_id": OTHER}, row])


@pytest.mark.parametrize("again", [ONE, ONE.upper()])
def test_nothing_is_its_own_parent(again):
    check_lineages([{"parent_table_id": ONE, "child_dashboard_id": ONE}])
    with pytest.raises(InvalidInput, match="its own parent"):
        check_lineages([{"parent_table_id": ONE, "child_table_id": again}])


def test_more_than_five_hundred_are_refused():
    with pytest.raises(InvalidInput, match="at most 500"):
        check_lineages([{"parent_table_id": ONE, "child_table_id": OTHER}] * 501)
