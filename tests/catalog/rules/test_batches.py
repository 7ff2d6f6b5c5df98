from uuid import uuid4

import pytest

from catalog.errors import InvalidInput
from catalog.rules.batches import BATCH, check_batch, check_new, check_rows, check_updates
from catalog.rules.texts import check_required

CHECKS = {"name": check_required}


def test_a_call_takes_500_rows():
    check_batch([{}] * BATCH)
    with pytest.raises(InvalidInput, match="at most 500 rows, not 501"):
        check_batch([{}] * (BATCH + 1))


def test_the_error_says_which_row_it_is_about():
    with pytest.raises(InvalidInput, match=r"^Row 2: The name may not be empty"):
        check_rows([{"name": "orders"}, {"name": ""}], CHECKS)


def test_fields_that_are_absent_are_not_asked_for():
    check_updates([{"id": str(uuid4())}], CHECKS)


def test_a_row_comes_once_in_whatever_spelling():
    row = str(uuid4())
    with pytest.raises(InvalidInput, match=row):
        check_updates([{"id": row}, {"id": row.upper()}], CHECKS)


def test_an_external_id_comes_once_in_a_parent():
    one, other = str(uuid4()), str(uuid4())
    check_new([{"in_id": one, "external_id": "a"}, {"in_id": other, "external_id": "a"}], CHECKS, parent="in_id")
    with pytest.raises(InvalidInput, match="external id a comes twice"):
        check_new([{"in_id": one, "external_id": "a"}, {"in_id": one.upper(), "external_id": "a"}], {}, parent="in_id")
