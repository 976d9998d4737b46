# SPDX-License-Identifier: Apache-2.0
"""The state machines: their drawings are current, and their tables are sound."""

from types import ModuleType

import pytest

from tests.architecture.machines import DRAWINGS, machines, page


def test_the_drawings_are_current() -> None:
    assert DRAWINGS.read_text(encoding="utf-8") == page(), "run `make drawings`"


def test_there_is_a_machine() -> None:
    assert machines()


@pytest.mark.parametrize("machine", machines(), ids=lambda one: one.__name__.rpartition(".")[2])
def test_a_table_is_sound(machine: ModuleType) -> None:
    ways = [(edge.start, edge.command) for edge in machine.EDGES]
    assert len(ways) == len(set(ways)), "one command leads from one state to one state"
    reached = {edge.end for edge in machine.EDGES}
    assert {edge.start for edge in machine.EDGES} - {None} <= reached, "every state can be reached"
    assert None in {start for start, _ in ways}, "and something begins"
    assert {edge.command for edge in machine.EDGES} == set(machine.Command), "every command leads somewhere"
