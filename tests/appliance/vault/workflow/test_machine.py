# SPDX-License-Identifier: Apache-2.0
"""A machine: the first edge that fits is followed, or nothing happens and it says why."""

from enum import StrEnum

import pytest

from appliance.vault.workflow.machine import Edge, NotPossible, follow


class State(StrEnum):
    """Of a lamp."""

    OFF = "off"
    ON = "on"


class Command(StrEnum):
    """What can be done with it."""

    BUY = "buy"
    SWITCH = "switch"
    BREAK = "break"


def has_power(lamp: State | None, power: bool) -> bool:
    """The guard."""
    return power


EDGES: tuple[Edge[State, bool], ...] = (
    Edge(None, Command.BUY, None, State.OFF, lambda lamp, power: State.OFF),
    Edge(State.OFF, Command.SWITCH, has_power, State.ON, lambda lamp, power: State.ON),
    Edge(State.ON, Command.SWITCH, None, State.OFF, lambda lamp, power: State.OFF),
)


@pytest.mark.parametrize(
    ("state", "command", "end"),
    [
        (None, Command.BUY, State.OFF),
        (State.OFF, Command.SWITCH, State.ON),
        (State.ON, Command.SWITCH, State.OFF),
    ],
)
def test_an_edge_leads_where_it_says(state: State | None, command: Command, end: State) -> None:
    assert follow(EDGES, state, state, command, True) is end


@pytest.mark.parametrize(
    ("state", "command"),
    [(None, Command.SWITCH), (State.OFF, Command.BUY), (State.ON, Command.BUY), (State.ON, Command.BREAK)],
)
def test_without_an_edge_nothing_happens(state: State | None, command: Command) -> None:
    with pytest.raises(NotPossible, match=f"{command} is not possible from {state}"):
        follow(EDGES, state, state, command, True)


def test_a_guard_that_says_no_is_named() -> None:
    with pytest.raises(NotPossible, match="has_power does not hold"):
        follow(EDGES, State.OFF, State.OFF, Command.SWITCH, False)


def test_a_guard_holds_for_its_own_edge_only() -> None:
    assert follow(EDGES, State.ON, State.ON, Command.SWITCH, False) is State.OFF
