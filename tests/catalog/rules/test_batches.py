from typing import Required, TypedDict
from uuid import uuid4

import pytest

from catalog.errors import InvalidInput
from catalog.rules.batches import MAX_ROWS, check_batch, check_new, check_rows, check_updates
from catalog.rules.values import check_required

CHECKS = {"name": check_required}


class Thing(TypedDict, total=False):
    id: str
    in_id: str
    external_id: str
    name: str | None


def test_a_call_takes_500_rows():
    check_batch([{}] * MAX_ROWS)
    with pytest.raises(InvalidInput, match="at most 500 rows, not 501"):
        check_batch([{}] * (MAX_ROWS + 1))


def test_the_error_says_which_row_it_is_about():
    with pytest.raises(InvalidInput, match=r"^Row 2: name may not be empty"):
        check_rows([{"name": "orders"}, {"name": ""}], Thing, CHECKS)


def test_fields_that_are_absent_are_not_asked_for():
    check_updates([{"id": str(uuid4())}], Thing, CHECKS)


def test_a_row_comes_once_in_whatever_spelling():
    row = str(uuid4())
    with pytest.raises(InvalidInput, match=row):
        check_updates([{"id": row}, {"id": row.upper()}], Thing, CHECKS)


def test_an_external_id_comes_once_in_a_parent():
    one, other = str(uuid4()), str(uuid4())
    rows = [{"in_id": one, "external_id": "a"}, {"in_id": other, "external_id": "a"}]
    check_new(rows, Thing, CHECKS, parent="in_id")
    with pytest.raises(InvalidInput, match="externalId a comes twice"):
        check_new([*rows, {"in_id": one.upper(), "external_id": "a"}], Thing, CHECKS, parent="in_id")


def test_a_field_that_the_noun_does_not_have_is_refused():
    with pytest.raises(InvalidInput, match=r"^Row 2: There is no such field here: nmae\.$"):
        check_rows([{"name": "orders"}, {"nmae": "orders"}], Thing, CHECKS)


class ThingInPlace(TypedDict, total=False):
    in_id: Required[str]
    name: str


def test_a_field_that_the_noun_needs_is_refused_when_it_is_missing():
    with pytest.raises(InvalidInput, match=r"^Row 1: inId may not be missing\.$"):
        check_rows([{"name": "orders"}], ThingInPlace, CHECKS)
