# SPDX-License-Identifier: Apache-2.0
"""The machine of a lock (R340, R341, A24, 1.U): six wrong passwords in a row lock, the third lock blocks (閉塞).

A try is taken before it is looked at, so that no number of tries at once is looked at beyond the budget; a right
one gives everything back. Nothing is taken while it is locked; after that the budget is whole. Only the fund ends a
block: of a sign-in with a new first password, of a download password with a new letter, or by releasing it.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from appliance.model.things import Lock
from appliance.model.time import HOUR, Instant
from appliance.model.words import LockState
from appliance.vault.workflow.machine import Edge, follow

BUDGET: Final = 6
LOCKS: Final = 3
LOCKED_FOR: Final = HOUR


class Command(StrEnum):
    """What happens to a lock. LAST_TRY is the sixth in a row, FINAL_TRY the one that would be the third lock."""

    MAKE = "make"
    TRY = "try"
    LAST_TRY = "last_try"
    FINAL_TRY = "final_try"
    WAIT = "wait"
    PROVE = "prove"
    UNLOCK = "unlock"
    INITIALISE = "initialise"
    RELEASE = "release"


@dataclass(frozen=True, slots=True)
class Facts:
    """What an edge may look at."""

    now: Instant


def tries_left(lock: Lock | None, facts: Facts) -> bool:
    """This try is not the last one."""
    return lock is not None and lock.failures + 1 < BUDGET


def last_try(lock: Lock | None, facts: Facts) -> bool:
    """This try is the last before a lock."""
    return lock is not None and lock.failures + 1 >= BUDGET and lock.locks + 1 < LOCKS


def final_try(lock: Lock | None, facts: Facts) -> bool:
    """This try is the last before the third lock."""
    return lock is not None and lock.failures + 1 >= BUDGET and lock.locks + 1 >= LOCKS


def time_is_over(lock: Lock | None, facts: Facts) -> bool:
    """The lock has lasted long enough."""
    return lock is not None and facts.now >= lock.locked_until


def whole(lock: Lock | None, facts: Facts) -> Lock:
    """Nothing has been tried."""
    return Lock()


def counted(lock: Lock | None, facts: Facts) -> Lock:
    """One try less."""
    assert lock is not None
    return replace(lock, failures=lock.failures + 1)


def locked(lock: Lock | None, facts: Facts) -> Lock:
    """Closed for a while, unless this try is right."""
    assert lock is not None
    return Lock(lock.failures + 1, lock.locks + 1, locked_until=facts.now + LOCKED_FOR)


def blocked(lock: Lock | None, facts: Facts) -> Lock:
    """Closed, unless this try is right."""
    assert lock is not None
    return Lock(lock.failures + 1, lock.locks + 1, blocked_at=facts.now)


def rested(lock: Lock | None, facts: Facts) -> Lock:
    """The budget is whole again; how many locks there were is not forgotten."""
    assert lock is not None
    return Lock(locks=lock.locks)


OPEN, LOCKED, BLOCKED = LockState.OPEN, LockState.LOCKED, LockState.BLOCKED
EDGES: tuple[Edge[Lock, Facts], ...] = (
    Edge(None, Command.MAKE, None, OPEN, whole),
    Edge(OPEN, Command.TRY, tries_left, OPEN, counted),
    Edge(OPEN, Command.LAST_TRY, last_try, LOCKED, locked),
    Edge(OPEN, Command.FINAL_TRY, final_try, BLOCKED, blocked),
    Edge(OPEN, Command.PROVE, None, OPEN, whole),
    Edge(OPEN, Command.INITIALISE, None, OPEN, whole),
    Edge(LOCKED, Command.WAIT, time_is_over, OPEN, rested),
    Edge(LOCKED, Command.PROVE, None, OPEN, whole),
    Edge(LOCKED, Command.UNLOCK, None, OPEN, whole),
    Edge(LOCKED, Command.INITIALISE, None, OPEN, whole),
    Edge(BLOCKED, Command.PROVE, None, OPEN, whole),
    Edge(BLOCKED, Command.INITIALISE, None, OPEN, whole),
    Edge(BLOCKED, Command.RELEASE, None, OPEN, whole),
)


def step(lock: Lock | None, command: Command, facts: Facts) -> Lock:
    """The lock after command; None stands for the one that is not there yet. Raises machine.NotPossible."""
    return follow(EDGES, lock.state if lock else None, lock, command, facts)


def is_closed(lock: Lock, now: Instant) -> bool:
    """Whether nobody may try just now."""
    return lock.state is BLOCKED or (lock.state is LOCKED and now < lock.locked_until)


def after_try(lock: Lock, now: Instant) -> Lock:
    """The lock once a try was taken, which is_closed() does not forbid. Raises machine.NotPossible."""
    facts = Facts(now)
    if lock.state is LOCKED:
        lock = step(lock, Command.WAIT, facts)
    return step(lock, _trying(lock), facts)


def _trying(lock: Lock) -> Command:
    if lock.failures + 1 < BUDGET:
        return Command.TRY
    return Command.LAST_TRY if lock.locks + 1 < LOCKS else Command.FINAL_TRY
