# SPDX-License-Identifier: Apache-2.0
"""The pictures of the states are those of the machines, and nothing in them lies upon something else."""

import re
from itertools import combinations
from types import ModuleType

import pytest

from appliance.vault.workflow import filing, notice
from appliance.web.help.drawing import FILING, HIGH, NOTICE, WIDE, Box, Plan

BOTH = [(FILING, filing), (NOTICE, notice)]


def ways(machine: ModuleType) -> set[tuple[str, str]]:
    """From which state to which other a machine leads."""
    return {(edge.start, edge.end) for edge in machine.EDGES if edge.start and edge.start != edge.end}


@pytest.mark.parametrize(("plan", "machine"), BOTH)
def test_the_picture_shows_each_way_of_the_machine_and_no_other(plan: Plan, machine: ModuleType) -> None:
    assert set(plan.ways) == ways(machine)
    assert len(plan.ways) == len(set(plan.ways))
    assert {stop.state.value for stop in plan.stops} == {state for way in ways(machine) for state in way}


@pytest.mark.parametrize(("plan", "machine"), BOTH)
def test_boxes_stand_apart_and_inside(plan: Plan, machine: ModuleType) -> None:
    drawn = plan.drawn(lambda state: state)
    for one, other in combinations(drawn.boxes, 2):
        assert abs(one.x - other.x) >= WIDE or abs(one.y - other.y) >= HIGH
    assert all(box.x + WIDE < drawn.width and box.y + HIGH < drawn.height for box in drawn.boxes)
    assert drawn.width <= 390, "a phone shows it without making it smaller"


@pytest.mark.parametrize(("plan", "machine"), BOTH)
def test_an_arrow_begins_and_ends_at_boxes_and_crosses_none(plan: Plan, machine: ModuleType) -> None:
    drawn = plan.drawn(lambda state: state)
    for arrow in drawn.arrows:
        x, y = map(int, re.match(r"M(\d+) (\d+)", arrow).groups())  # type: ignore[union-attr]
        assert any(_touches(box, x, y) for box in drawn.boxes), arrow
        assert re.fullmatch(r"M\d+ \d+(V\d+|h-\d+V\d+h\d+|L\d+ \d+)", arrow), arrow
    upright = [re.fullmatch(r"M(\d+) (\d+)V(\d+)", arrow) for arrow in drawn.arrows]
    for match in filter(None, upright):
        x, top, bottom = map(int, match.groups())
        assert 0 < bottom - top < 2 * HIGH
        assert not any(box.x < x < box.x + WIDE and top < box.y < bottom for box in drawn.boxes)


def _touches(box: Box, x: int, y: int) -> bool:
    return box.x <= x <= box.x + WIDE and box.y <= y <= box.y + HIGH


def test_words_are_those_that_people_read() -> None:
    words = [box.word for box in NOTICE.drawn(lambda state: f"<{state}>").boxes]
    assert words == ["<delivered>", "<received>", "<cancelled>"]
    assert FILING.drawn(str.upper).boxes[0].middle == (26 + WIDE // 2, 4 + HIGH // 2)
