"""The argument of decision 0008 as a machine that Hypothesis drives: reads, commits, pauses, calls and returns.

Two processes with the real memory, one database, tokens that are revoked. Whatever the order: no call that began after
a revocation had returned is let in. Each step of the protocol is left out once, and the machine has to notice.
"""

from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, rule, run_state_machine_as_test

from tokens.leases import Leased

LENGTH = 4  # of a lease, in ticks of the machine's clock
PROCESSES = st.integers(0, 1)
TOKENS = st.sampled_from([b"first", b"second"])


@dataclass
class Read:
    """One query on its way: begun, perhaps carried out by the database, not back yet."""

    process: int
    token: bytes
    began: int
    found: tuple[int, bool] | None = None  # generation, and whether the token is valid


class Protocol(RuleBasedStateMachine):
    """As it is shipped; subclasses leave a step out."""

    memory: type[Leased] = Leased
    waits = LENGTH
    reads = Bundle("reads")

    def __init__(self) -> None:
        super().__init__()
        self.now = 0
        self.generation = 0
        self.ended: dict[bytes, int] = {}  # token: when its revocation was committed
        self.processes = [self.memory(length=LENGTH) for _ in range(2)]

    def has_returned(self, token: bytes, moment: int) -> bool:
        return token in self.ended and moment >= self.ended[token] + self.waits

    @rule(ticks=st.integers(1, LENGTH))
    def time_passes(self, ticks: int) -> None:
        """Also how a process is paused: nothing says that it does anything meanwhile."""
        self.now += ticks

    @rule(token=TOKENS)
    def revoke(self, token: bytes) -> None:
        if token not in self.ended:
            self.ended[token] = self.now
            self.generation += 1

    @rule(target=reads, process=PROCESSES, token=TOKENS)
    def begin_to_read(self, process: int, token: bytes) -> Read:
        return Read(process, token, self.now)

    @rule(read=reads)
    def carry_out(self, read: Read) -> None:
        if read.found is None:
            read.found = self.generation, read.token not in self.ended

    @rule(read=consumes(reads))
    def come_back_late(self, read: Read) -> None:
        self.come_back(read)

    def come_back(self, read: Read) -> None:
        generation, valid = read.found or (self.generation, read.token not in self.ended)
        self.remember(self.processes[read.process], read, generation, valid)
        assert not (valid and self.has_returned(read.token, read.began))

    def remember(self, memory: Leased, read: Read, generation: int, valid: bool) -> None:
        memory.take_lease(generation, began=read.began)
        if valid:
            memory.keep(read.token, True, generation=generation)

    @rule(process=PROCESSES, token=TOKENS)
    def call(self, process: int, token: bytes) -> None:
        """A call that is answered at once: from memory, or by a read that nothing delays."""
        if self.processes[process].get(token, moment=self.now):
            assert not self.has_returned(token, self.now)
        else:
            self.come_back(Read(process, token, self.now))


class NoWait(Protocol):
    """The revocation returns at its commit."""

    waits = 0


class FromTheEnd(Protocol):
    """A lease counts from when the read came back."""

    def remember(self, memory: Leased, read: Read, generation: int, valid: bool) -> None:
        memory.take_lease(generation, began=self.now)
        if valid:
            memory.keep(read.token, True, generation=generation)


class Unclean(Leased):
    def take_lease(self, generation: int | None, *, began: float) -> None:
        """Takes the lease, and keeps what it verified in an older generation."""
        self.generation = generation
        self.until = max(self.until, self.lease_until(began))


class KeepsAll(Protocol):
    memory = Unclean


class Late(Leased):
    def keep(self, key: bytes, value: object, *, generation: int | None) -> None:
        """Keeps what was verified in whatever generation."""
        self.values[key] = value


class KeepsLate(Protocol):
    memory = Late

    def remember(self, memory: Leased, read: Read, generation: int, valid: bool) -> None:
        """Two threads: the other one's read comes back between the two steps of this one."""
        memory.take_lease(generation, began=read.began)
        memory.take_lease(self.generation, began=self.now)
        if valid:
            memory.keep(read.token, True, generation=generation)


class NoLease(Leased):
    def get(self, key: bytes, *, moment: float) -> object:
        """Trusts what it has until it hears of a new generation."""
        return self.values.get(key)


class TrustsForEver(Protocol):
    memory = NoLease


RUNS = settings(
    max_examples=300,
    stateful_step_count=30,
    deadline=None,
    derandomize=True,
    database=None,
    report_multiple_bugs=False,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def test_no_order_of_things_lets_an_ended_token_in():
    run_state_machine_as_test(Protocol, settings=RUNS)


@pytest.mark.parametrize("fault", [NoWait, FromTheEnd, KeepsAll, KeepsLate, TrustsForEver])
def test_each_step_that_is_left_out_is_noticed(fault):
    with pytest.raises(AssertionError):
        run_state_machine_as_test(fault, settings=settings(RUNS, max_examples=5_000, stateful_step_count=60))


# --- The memory by itself ------------------------------------------------------------------------


@pytest.fixture
def memory() -> Leased[str]:
    memory: Leased[str] = Leased(length=10, max_values=3)
    memory.take_lease(1, began=100)
    memory.keep(b"a", "A", generation=1)
    return memory


def test_a_value_holds_until_a_lease_after_its_read_began(memory):
    assert memory.get(b"a", moment=109.999) == "A"
    assert memory.get(b"a", moment=110) is None


def test_a_read_that_finds_nothing_new_renews_the_lease_for_all(memory):
    memory.take_lease(1, began=109)
    assert memory.get(b"a", moment=118) == "A"


def test_a_lease_never_gets_shorter(memory):
    memory.take_lease(1, began=90)
    assert memory.get(b"a", moment=109) == "A"


def test_a_new_generation_forgets_everything(memory):
    memory.take_lease(2, began=101)
    assert memory.get(b"a", moment=102) is None
    assert not memory.values


def test_where_nobody_counts_nothing_is_kept(memory):
    memory.take_lease(None, began=101)
    memory.keep(b"b", "B", generation=None)
    assert memory.get(b"b", moment=102) is memory.get(b"a", moment=102) is None


def test_what_an_older_read_verified_is_not_kept(memory):
    memory.take_lease(2, began=101)
    memory.keep(b"b", "B", generation=1)
    assert memory.get(b"b", moment=102) is None


def test_whoever_was_asked_for_last_stays(memory):
    for name in (b"b", b"c"):
        memory.keep(name, "?", generation=1)
    memory.get(b"a", moment=101)
    memory.keep(b"d", "D", generation=1)
    assert set(memory.values) == {b"a", b"c", b"d"}
