import psycopg
import pytest
from django.db import OperationalError

from database.circuits import SECONDS_BETWEEN_TRIES, CircuitBreaker
from database.errors import CircuitOpen, DeadlineMissed


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def circuit(clock):
    return CircuitBreaker(clock=clock)


def fail(circuit: CircuitBreaker, error: Exception) -> None:
    with pytest.raises(type(error)), circuit:
        raise error


def late() -> OperationalError:
    """As Django raises it."""
    error = OperationalError("late")
    error.__cause__ = DeadlineMissed("late")
    return error


def is_open(circuit: CircuitBreaker) -> bool:
    try:
        with circuit:
            return False
    except CircuitOpen:
        return True


def test_who_comes_after_a_missed_deadline_is_not_let_through_for_a_while(circuit, clock):
    fail(circuit, late())
    assert is_open(circuit)
    clock.now += SECONDS_BETWEEN_TRIES * 0.79
    assert is_open(circuit)
    clock.now += SECONDS_BETWEEN_TRIES * 0.42
    assert not is_open(circuit)


def test_while_one_tries_the_others_are_not_let_through(circuit, clock):
    fail(circuit, late())
    clock.now += 2 * SECONDS_BETWEEN_TRIES
    with circuit:
        assert is_open(circuit)
    assert not is_open(circuit)


def test_a_try_in_vain_begins_another_pause(circuit, clock):
    fail(circuit, late())
    clock.now += 2 * SECONDS_BETWEEN_TRIES
    fail(circuit, late())
    assert is_open(circuit)


def test_an_answer_lets_everybody_through_at_once(circuit, clock):
    fail(circuit, late())
    clock.now += 2 * SECONDS_BETWEEN_TRIES
    with circuit:
        pass
    with circuit:
        assert not is_open(circuit)


@pytest.mark.parametrize("error", [OperationalError("refused"), psycopg.OperationalError("closed"), ValueError()])
def test_what_fails_without_losing_time_opens_nothing(circuit, error):
    fail(circuit, error)
    assert not is_open(circuit)


def test_a_circuit_within_that_is_open_keeps_this_one_open(circuit, clock):
    fail(circuit, late())
    clock.now += 2 * SECONDS_BETWEEN_TRIES
    fail(circuit, CircuitOpen("inside"))
    assert is_open(circuit)
