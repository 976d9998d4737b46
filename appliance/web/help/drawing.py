# SPDX-License-Identifier: Apache-2.0
"""The states of filings and notices as pictures: boxes in a grid, and arrows between their edges.

The picture is laid out here by hand; a test holds it against the machines of the vault.
"""

from collections.abc import Callable
from dataclasses import dataclass

from appliance.model.words import FilingState, NoticeState

WIDE, HIGH = 150, 34
STEP_X, STEP_Y = 190, 62
MARGIN = 26
ASIDE = 16


@dataclass(frozen=True, slots=True)
class Stop:
    """A state, where it stands in the grid, and the class of its box: who has to do something next."""

    state: FilingState | NoticeState
    column: int
    row: int
    tone: str = ""

    @property
    def x(self) -> int:
        """The left edge of its box."""
        return MARGIN + self.column * STEP_X

    @property
    def y(self) -> int:
        """The upper edge of its box."""
        return 4 + self.row * STEP_Y


@dataclass(frozen=True, slots=True)
class Box:
    """A state as it is drawn."""

    x: int
    y: int
    word: str
    tone: str

    @property
    def middle(self) -> tuple[int, int]:
        """Where its word stands."""
        return self.x + WIDE // 2, self.y + HIGH // 2


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture: boxes, all of one size, the paths of its arrows (SVG 2, §9.3), and its size."""

    boxes: tuple[Box, ...]
    arrows: tuple[str, ...]
    width: int
    height: int
    wide: int = WIDE
    high: int = HIGH


@dataclass(frozen=True, slots=True)
class Plan:
    """What is drawn: stops, and from which to which an arrow leads."""

    stops: tuple[Stop, ...]
    ways: tuple[tuple[str, str], ...]

    def drawn(self, word: Callable[[str], str]) -> Drawing:
        """The picture, with the words that people read for each state."""
        at = {stop.state.value: stop for stop in self.stops}
        boxes = tuple(Box(stop.x, stop.y, word(stop.state), stop.tone) for stop in self.stops)
        arrows = tuple(_arrow(at[start], at[end]) for start, end in self.ways)
        width = max(box.x for box in boxes) + WIDE + 4
        return Drawing(boxes, arrows, width, max(box.y for box in boxes) + HIGH + 4)


def _arrow(start: Stop, end: Stop) -> str:
    """Down, where nothing stands between; around, past what does; else from side to side."""
    if start.column == end.column:
        if end.row - start.row == 1:
            x = start.x + WIDE // 2
            return f"M{x} {start.y + HIGH}V{end.y}"
        return f"M{start.x} {start.y + HIGH // 2}h-{ASIDE}V{end.y + HIGH // 2}h{ASIDE}"
    # Arrows that end at the same side do not end at the same point.
    low = (end.row - start.row) * 8
    return f"M{start.x + WIDE} {start.y + HIGH // 2}L{end.x} {end.y + HIGH // 2 - low}"


_F, _N = FilingState, NoticeState
FILING = Plan(
    (
        Stop(_F.HELD, 0, 0),
        Stop(_F.UPLOADED, 0, 1, "office"),
        Stop(_F.APPROVED, 0, 2, "office"),
        Stop(_F.DELIVERED, 0, 3, "fund"),
        Stop(_F.RECEIVED, 0, 4, "fund"),
        Stop(_F.ACCEPTED, 0, 5, "fund"),
        Stop(_F.DONE, 0, 6, "end"),
        Stop(_F.REFUSED, 1, 0, "end"),
        Stop(_F.CANCELLED, 1, 1, "end"),
        Stop(_F.RETURNED, 1, 4, "office"),
    ),
    (
        ("held", "uploaded"),
        ("held", "refused"),
        ("held", "cancelled"),
        ("uploaded", "approved"),
        ("uploaded", "cancelled"),
        ("approved", "delivered"),
        ("approved", "cancelled"),
        ("delivered", "received"),
        ("received", "accepted"),
        ("received", "returned"),
        ("received", "done"),
        ("accepted", "returned"),
        ("accepted", "done"),
    ),
)
NOTICE = Plan(
    (Stop(_N.DELIVERED, 0, 0, "office"), Stop(_N.RECEIVED, 0, 1, "end"), Stop(_N.CANCELLED, 1, 0, "end")),
    (("delivered", "received"), ("delivered", "cancelled")),
)
