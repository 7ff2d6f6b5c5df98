from datetime import UTC, datetime

import pytest

from catalog.errors import InvalidInput
from catalog.rules.knowledge import check_new_term, check_pins, check_tags, check_term_change
from catalog.rules.people import check_former_user_ownership, check_user_ownership
from catalog.rules.usage import check_former_quality_checks, check_quality_runs

TABLE = {"entity_type": "TABLE", "entity_id": "any"}
TAG = TABLE | {"label": "PII"}
PIN = {"from": {"type": "TABLE", "id": "any"}, "to": {"type": "COLUMN", "id": "any"}}
RUN = {"external_id": "fresh", "name": "Fresh", "run_at": datetime(2026, 11, 24, tzinfo=UTC), "status": "ALERT"}


def check_quality(checks):
    check_quality_runs({"table_id": "any", "quality_checks": checks})


def check_removed(checks):
    check_former_quality_checks({"quality_checks": checks})


def check_targets(targets):
    check_user_ownership({"user_id": "any", "target_entities": targets})


def check_former_targets(targets):
    check_former_user_ownership({"user_id": "any", "target_entities": targets})


@pytest.mark.parametrize(
    ("check", "row"),
    [
        (check_tags, TAG),
        (check_pins, PIN),
        (check_quality, RUN),
        (check_removed, {"table_id": "any", "external_id": "fresh"}),
        (check_targets, TABLE),
        (check_former_targets, TABLE),
    ],
)
def test_a_call_takes_none_to_five_hundred(check, row):
    check([])
    check([row] * 500)
    with pytest.raises(InvalidInput, match="at most 500"):
        check([row] * 501)


@pytest.mark.parametrize("label", ["", " \t", "a" * 201])
def test_odd_labels_are_refused(label):
    check_tags([TAG | {"label": f" {'a' * 200} "}])
    with pytest.raises(InvalidInput, match="Row 2: label"):
        check_tags([TAG, TAG | {"label": label}])


@pytest.mark.parametrize("kind", ["COLUMN", "DASHBOARD_FIELD"])
def test_nothing_is_pinned_to_columns_and_fields(kind):
    check_pins([PIN | {"to": {"type": kind, "id": "any"}}])
    with pytest.raises(InvalidInput, match=f"Row 1: {kind} is none of DASHBOARD, TABLE, TERM"):
        check_pins([PIN | {"from": {"type": kind, "id": "any"}}])


@pytest.mark.parametrize("field", ["entity_type", "entity_id"])
def test_a_target_has_a_type_and_an_id(field):
    for target in (TABLE | {field: None}, {name: TABLE[name] for name in TABLE if name != field}):
        with pytest.raises(InvalidInput, match="Row 1: A target has both"):
            check_targets([target])


@pytest.mark.parametrize(
    "odd",
    [
        {"external_id": " "},
        {"name": ""},
        {"name": "a" * 501},
        {"description": "a" * 100_001},
        {"url": "javascript:alert(1)"},
        {"run_at": None},
        {"status": None},
    ],
)
def test_odd_quality_checks_are_refused(odd):
    check_quality([RUN | {"description": None, "url": None}])
    with pytest.raises(InvalidInput, match="Row 2: "):
        check_quality([RUN, RUN | odd])


@pytest.mark.parametrize("odd", [{"name": "a" * 501}, {"description": "a" * 100_001}])
def test_terms_have_no_endless_texts(odd):
    check_new_term({"name": "a" * 500, "description": "a" * 100_000})
    with pytest.raises(InvalidInput, match="at most"):
        check_term_change({"id": "any", **odd})
