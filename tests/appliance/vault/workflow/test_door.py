# SPDX-License-Identifier: Apache-2.0
"""The machine of a lock: its edges one by one, and what no order of events can do."""

from dataclasses import dataclass, field

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from appliance.model.things import Lock
from appliance.model.time import HOUR, MINUTE
from appliance.model.words import LockState
from appliance.vault.workflow.door import (
    BUDGET,
    EDGES,
    LOCKED_FOR,
    LOCKS,
    Command,
    Facts,
    after_try,
    is_closed,
    step,
)
from appliance.vault.workflow.machine import NotPossible

NOW = 1_780_966_800_000
OPEN, LOCKED, BLOCKED = Lock(), Lock(6, 1, locked_until=NOW + LOCKED_FOR), Lock(6, 3, blocked_at=NOW)
EXAMPLES = {None: None, LockState.OPEN: OPEN, LockState.LOCKED: LOCKED, LockState.BLOCKED: BLOCKED}


def test_five_wrong_leave_it_open_the_sixth_locks_for_an_hour() -> None:
    lock = Lock()
    for number in range(1, BUDGET):
        lock = after_try(lock, NOW)
        assert (lock.state, lock.failures) == (LockState.OPEN, number)
    lock = after_try(lock, NOW)
    assert (lock.state, lock.locked_until, lock.locks) == (LockState.LOCKED, NOW + HOUR, 1)
    assert is_closed(lock, NOW + HOUR - 1) and not is_closed(lock, NOW + HOUR)


def test_the_eighteenth_in_a_row_blocks_at_once_and_for_ever() -> None:
    lock, now = Lock(), NOW
    for _ in range(BUDGET * LOCKS):
        now += HOUR if lock.state is LockState.LOCKED else 0
        lock = after_try(lock, now)
    assert (lock.state, lock.locks, lock.blocked_at) == (LockState.BLOCKED, 3, now)
    assert is_closed(lock, now + 10_000 * HOUR)


@pytest.mark.parametrize("lock", [Lock(5, 2), LOCKED, BLOCKED])
def test_what_proves_gives_everything_back(lock: Lock) -> None:
    assert step(lock, Command.PROVE, Facts(NOW)) == Lock()


def test_after_a_lock_the_budget_is_whole_and_the_lock_is_remembered() -> None:
    assert after_try(LOCKED, NOW + HOUR) == Lock(failures=1, locks=1)


def test_before_its_end_a_lock_takes_no_try() -> None:
    with pytest.raises(NotPossible, match="time_is_over"):
        after_try(LOCKED, NOW + HOUR - 1)


def test_unlocking_forgets_everything_but_ends_no_block() -> None:
    assert step(LOCKED, Command.UNLOCK, Facts(NOW)) == Lock()
    for lock in (OPEN, BLOCKED):
        with pytest.raises(NotPossible):
            step(lock, Command.UNLOCK, Facts(NOW))
    assert step(BLOCKED, Command.INITIALISE, Facts(NOW)) == Lock()


def test_a_block_alone_is_released() -> None:
    assert step(BLOCKED, Command.RELEASE, Facts(NOW)) == Lock()
    for lock in (OPEN, LOCKED):
        with pytest.raises(NotPossible):
            step(lock, Command.RELEASE, Facts(NOW))


@pytest.mark.parametrize("state", EXAMPLES)
@pytest.mark.parametrize("command", Command)
def test_what_is_no_edge_is_not_possible(state: LockState | None, command: Command) -> None:
    edges = [edge for edge in EDGES if (edge.start, edge.command) == (state, command)]
    try:
        reached = step(EXAMPLES[state], command, Facts(NOW))
    except NotPossible:
        assert all(edge.guard is not None for edge in edges)
    else:
        assert [edge.end for edge in edges] == [reached.state]


@dataclass
class Guess:
    """A try that was taken and is not settled yet."""

    right: bool
    generation: int


@dataclass
class Counted:
    """What was looked at since somebody last proved to be right, or the fund gave everything back."""

    since_relief: int = 0
    of_window: list[int] = field(default_factory=list)


class Door(RuleBasedStateMachine):
    """Any order of tries that overlap, of waiting, unlocking and initialising, as the vault plays them."""

    def __init__(self) -> None:
        super().__init__()
        self.lock, self.now, self.generation = Lock(), NOW, 0
        self.taken: list[Guess] = []
        self.counted = Counted()
        self.closed_seen = 0

    @rule(right=st.booleans(), times=st.integers(1, 100))
    def many_try_at_once(self, right: bool, times: int) -> None:
        for _ in range(times):
            if is_closed(self.lock, self.now):
                continue
            self.lock = after_try(self.lock, self.now)
            self.taken.append(Guess(right, self.generation))
            self.counted.since_relief += 1
            self.counted.of_window.append(self.now)

    @rule(position=st.integers(0, 10_000))
    def one_is_settled(self, position: int) -> None:
        if not self.taken:
            return
        guess = self.taken.pop(position % len(self.taken))
        if guess.right and guess.generation == self.generation:
            self.lock = step(self.lock, Command.PROVE, Facts(self.now))
            self.relieve()

    @rule(minutes=st.sampled_from([1, 30, 59, 60, 61, 600]))
    def time_passes(self, minutes: int) -> None:
        self.now += minutes * MINUTE

    @rule(by=st.sampled_from([Command.UNLOCK, Command.INITIALISE]))
    def the_fund_helps(self, by: Command) -> None:
        if by is Command.UNLOCK and self.lock.state is not LockState.LOCKED:
            return
        self.lock = step(self.lock, by, Facts(self.now))
        self.generation += by is Command.INITIALISE
        self.relieve()

    def relieve(self) -> None:
        self.counted = Counted()

    @invariant()
    def no_more_are_looked_at_than_the_budget_allows(self) -> None:
        assert self.counted.since_relief <= BUDGET * LOCKS
        lately = [at for at in self.counted.of_window if self.now - at < LOCKED_FOR]
        assert len(lately) <= 2 * BUDGET - 1, "five before, and six after a lock that began an hour ago"

    @invariant()
    def a_block_comes_from_eighteen_and_nothing_less(self) -> None:
        if self.lock.state is LockState.BLOCKED:
            assert self.counted.since_relief == BUDGET * LOCKS

    @invariant()
    def it_says_one_thing(self) -> None:
        assert not (self.lock.blocked_at and self.lock.locked_until)
        assert 0 <= self.lock.failures <= BUDGET and 0 <= self.lock.locks <= LOCKS


TestDoor = Door.TestCase
TestDoor.settings = settings(max_examples=60, stateful_step_count=60, deadline=None)
