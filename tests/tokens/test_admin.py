import pytest

from tests.tokens.uses import use
from tokens.errors import RECORDED

USES = "/admin/tokens/tokenuse/"


@pytest.fixture
def uses(issued):
    """One that was let in, and one for each reason to refuse."""
    return [use(issued.token, reason=reason) for reason in ("", *RECORDED)]


@pytest.mark.parametrize(
    ("query", "expected"), [("", ["", *RECORDED]), ("?reason=none", [""]), ("?reason=expired", ["expired"])]
)
def test_operators_filter_uses_by_the_reason_of_a_refusal(signed_in, olga, uses, query, expected):
    found = signed_in(olga).get(USES + query).context["cl"].result_list
    assert sorted(row.reason for row in found) == sorted(expected)


def test_the_list_of_uses_reads_no_column_as_a_whole(signed_in, olga, uses, django_assert_num_queries):
    client = signed_in(olga)
    with django_assert_num_queries(4):  # session, person, count, page
        client.get(USES)
