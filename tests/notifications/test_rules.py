"""The table of what is owed, at its edges."""

from datetime import timedelta

import pytest

from notifications.models import Email
from notifications.rules import decide, is_missed, next_check, notice_for
from tests.factories import NOW

Kind, State = Email.Kind, Email.State
TICK = timedelta(microseconds=1)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("left", "kind"),
    [
        (366 * DAY, None),
        (30 * DAY + TICK, None),
        (30 * DAY, Kind.EXPIRES_30),
        (7 * DAY + TICK, Kind.EXPIRES_30),
        (7 * DAY, Kind.EXPIRES_7),
        (DAY + TICK, Kind.EXPIRES_7),
        (DAY, Kind.EXPIRES_1),
        (TICK, Kind.EXPIRES_1),
        (0 * DAY, Kind.EXPIRED),
        (-DAY, Kind.EXPIRED),
        (-DAY - TICK, None),
    ],
)
def test_each_time_left_has_one_notice(left, kind):
    assert notice_for(left) == kind


@pytest.mark.parametrize("state", [State.PENDING, State.SENDING, State.SENT, State.BOUNCED, State.FAILED])
def test_a_notice_is_owed_once(state):
    assert decide(5 * DAY, {Kind.EXPIRES_7: state}).plan is None


@pytest.mark.parametrize("state", [State.CANCELLED, State.SUPERSEDED])
def test_a_notice_that_never_left_is_owed_again(state):
    assert decide(5 * DAY, {Kind.EXPIRES_7: state}).plan == Kind.EXPIRES_7


def test_wider_notices_that_wait_are_superseded_and_sent_ones_stay():
    states = {Kind.EXPIRES_30: State.SENT, Kind.EXPIRES_7: State.PENDING, Kind.EXPIRES_1: State.PENDING}
    decision = decide(-timedelta(hours=1), states)
    assert (decision.plan, list(decision.supersede)) == (Kind.EXPIRED, [Kind.EXPIRES_7, Kind.EXPIRES_1])


def test_nothing_is_owed_outside():
    assert decide(31 * DAY, {}) == decide(-2 * DAY, {}) == decide(31 * DAY, {Kind.EXPIRES_30: State.PENDING})


@pytest.mark.parametrize(
    ("left", "states", "missed"),
    [
        (-DAY - TICK, [], True),
        (-DAY - TICK, [State.PENDING, State.CANCELLED], True),
        (-DAY - TICK, [State.PENDING, State.SENT], False),
        (-DAY - TICK, [State.FAILED], True),
        (-DAY - TICK, [State.DISMISSED], False),
        (-DAY - TICK, [State.MISSED], False),
        (-DAY, [], False),
    ],
)
def test_expired_is_missed_when_it_left_for_nobody_in_a_day(left, states, missed):
    assert is_missed(left, states) == missed


CHECKS = [-30 * DAY, -7 * DAY, -DAY, 0 * DAY, DAY + TICK]


def test_each_check_comes_once():
    checks, now = [], NOW - 365 * DAY
    while check := next_check(NOW, now=now):
        checks.append(check - NOW)
        now = check
    assert checks == CHECKS


@pytest.mark.parametrize("check", CHECKS)
def test_what_fits_changes_at_a_check_and_not_before(check):
    def fits(after):
        return notice_for(-after), is_missed(-after, [])

    start = max((other for other in CHECKS if other < check), default=-365 * DAY)
    assert fits(start) == fits(check - TICK) != fits(check)
