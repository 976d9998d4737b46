# SPDX-License-Identifier: Apache-2.0
"""What a try costs, and what is said when it was wrong: the same of a name that there is as of any other (T14)."""

from dataclasses import replace
from typing import Final

from appliance.link.refusals import Refused, Why
from appliance.model.things import FactorState, Lock
from appliance.model.time import HOUR, Instant, in_japan
from appliance.model.words import LockState
from appliance.vault.workflow.door import BUDGET

CODE_BUDGET: Final = 5
RESTS_FOR: Final = HOUR


def closed(lock: Lock) -> Refused:
    """Nobody may try just now."""
    if lock.state is LockState.BLOCKED:
        return Refused(Why.LOCKED, "door.blocked")
    return Refused(Why.LOCKED, "door.locked", {"until": clock_of(lock.locked_until)})


def wrong_password(lock: Lock) -> Refused:
    """The answer to a wrong password; lock is as this try left it."""
    if lock.state is not LockState.OPEN:
        return closed(lock)
    return Refused(Why.WRONG_SECRET, "door.wrong_password", {"left": str(BUDGET - lock.failures)})


def after_code_try(row: FactorState, now: Instant, *, sends: bool) -> FactorState | None:
    """The row once a try of a code was taken, None if nobody may try.

    After five wrong ones a mailed code is void until a fresh one is sent; any other factor rests for an hour.
    """
    if row.tries >= CODE_BUDGET:
        if sends or now < row.spent_until:
            return None
        row = replace(row, tries=0, spent_until=0)
    rests = row.tries + 1 >= CODE_BUDGET and not sends
    return replace(row, tries=row.tries + 1, spent_until=now + RESTS_FOR if rests else 0)


def wrong_code(row: FactorState, *, sends: bool) -> Refused:
    """The answer to a wrong code; row is as this try left it."""
    if row.tries < CODE_BUDGET:
        text = "door.wrong_code" if sends else "door.wrong_app_code"
        return Refused(Why.WRONG_SECRET, text, {"left": str(CODE_BUDGET - row.tries)})
    if sends:
        return Refused(Why.LOCKED, "door.code_void")
    return Refused(Why.LOCKED, "door.code_rests", {"until": clock_of(row.spent_until)})


def clock_of(at: Instant) -> str:
    """The time of day, as people are told it."""
    return f"{in_japan(at):%H:%M}"
