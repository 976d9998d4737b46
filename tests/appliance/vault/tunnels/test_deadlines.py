# SPDX-License-Identifier: Apache-2.0
"""The earliest deadline is at hand; one that moved counts where it is now."""

import dataclasses

from hypothesis import given
from hypothesis import strategies as some

from appliance.model.tunnels import SessionState, TunnelSession
from appliance.vault.tunnels.connected import Connected, Held
from appliance.vault.tunnels.deadlines import Deadlines

ROW = TunnelSession("id", "office", 1, "bond", "softether", "S1", "10.0.0.100", "", SessionState.OPEN, 1, 1, 9)


def held(tunnels: Connected, number: int, until: float) -> Held:
    """An open session."""
    one = tunnels.hold(dataclasses.replace(ROW, id=str(number), engine_session=str(number)), "kit")
    one.until = until
    return one


@given(some.lists(some.integers(0, 50)), some.integers(0, 50))
def test_those_that_have_passed_come_once_and_no_others(untils: list[int], now: int) -> None:
    tunnels = Connected()
    deadlines = Deadlines(tunnels)
    for number, until in enumerate(untils):
        deadlines.add(held(tunnels, number, until))
    passed = [one.until for one in deadlines.passed(now)]
    assert passed == sorted(until for until in untils if until <= now)
    assert list(deadlines.passed(now)) == []
    assert deadlines.next() == min((until for until in untils if until > now), default=None)


def test_a_deadline_that_moved_counts_as_it_is_now() -> None:
    tunnels = Connected()
    deadlines, one = Deadlines(tunnels), held(tunnels, 1, 90)
    deadlines.add(one)
    one.until = 20
    deadlines.add(one)
    assert list(deadlines.passed(20)) == [one]
    assert list(deadlines.passed(90)) == []


def test_what_has_ended_is_not_due() -> None:
    tunnels = Connected()
    deadlines, one = Deadlines(tunnels), held(tunnels, 1, 90)
    deadlines.add(one)
    tunnels.take(dataclasses.replace(one.row, state=SessionState.ENDED))
    assert list(deadlines.passed(90)) == []
