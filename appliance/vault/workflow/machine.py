# SPDX-License-Identifier: Apache-2.0
"""What a state machine is: a table of edges. Each machine's step() is a pure function over its table."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

Thing = TypeVar("Thing")
Facts = TypeVar("Facts")


class NotPossible(Exception):
    """No edge leaves the thing's state by this command, or the edge's guard says no."""


@dataclass(frozen=True, slots=True)
class Edge(Generic[Thing, Facts]):
    """One row: from this state, by this command, if guard holds, to that state, with that change.

    Lists say which guard and which effect by name, for the drawings.
    """

    start: StrEnum | None
    command: StrEnum
    guard: Callable[[Thing | None, Facts], bool] | None
    end: StrEnum
    effect: Callable[[Thing | None, Facts], Thing]


def follow(
    edges: tuple[Edge[Thing, Facts], ...],
    state: StrEnum | None,
    thing: Thing | None,
    command: StrEnum,
    facts: Facts,
) -> Thing:
    """The thing after command. Raises NotPossible, which changes nothing."""
    for edge in edges:
        if edge.start == state and edge.command == command:
            if edge.guard is not None and not edge.guard(thing, facts):
                raise NotPossible(f"{command} is not possible now: {edge.guard.__name__} does not hold")
            return edge.effect(thing, facts)
    raise NotPossible(f"{command} is not possible from {state}")
