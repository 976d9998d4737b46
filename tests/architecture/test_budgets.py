# SPDX-License-Identifier: Apache-2.0
"""Functions and files stay small; what was won is not given away."""

import statistics
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.architecture import tree

# The limits of the house, and how far a recorded number may lie above the truth before it must be lowered.
LIMITS = {"median": 9, "p90": 30, "max": 60, "lines": 400}
SLACK = {"median": 3, "p90": 8, "max": 20, "lines": 120}
TOPS = {"product": ("appliance", "plugins"), "tests": ("tests",)}


@dataclass(frozen=True)
class Figure:
    """One budget: what was recorded, what is true, and an example of the worst."""

    name: str
    recorded: int
    actual: int
    worst: str

    def judged(self) -> str | None:
        """A sentence if something must be done, else None."""
        kind = self.name.rpartition(" ")[2]
        if self.recorded > LIMITS[kind]:
            return f"{self.name}: {self.recorded} is recorded, the limit of the house is {LIMITS[kind]}"
        if self.actual > self.recorded:
            return f"{self.name}: {self.actual} lines, the budget is {self.recorded}; the largest is {self.worst}"
        if self.recorded - self.actual > SLACK[kind]:
            return f"{self.name}: well done; lower the budget in budgets.toml from {self.recorded} to {self.actual}"
        return None


def function_sizes(paths: list[Path]) -> list[tuple[int, str]]:
    """The lines of every function with where it stands, smallest first; signature and docstring count."""
    sizes = []
    for path in paths:
        for function in tree.functions(path):
            assert function.end_lineno is not None
            sizes.append((function.end_lineno - function.lineno + 1, f"{path}:{function.lineno} {function.name}"))
    return sorted(sizes)


def file_sizes(paths: list[Path]) -> list[tuple[int, str]]:
    """The lines of every file, smallest first."""
    return sorted(((tree.text(path) or "").count("\n"), str(path)) for path in paths)


def figures(part: str) -> list[Figure]:
    """Every budget of a part of the tree."""
    paths = tree.python(*TOPS[part])
    recorded = tree.BUDGETS[part]
    sizes, lengths = function_sizes(paths), file_sizes(paths)
    ninth = sizes[len(sizes) * 9 // 10]
    return [
        Figure(f"{part} function median", recorded["functions"]["median"], _median(sizes), ""),
        Figure(f"{part} function p90", recorded["functions"]["p90"], *ninth),
        Figure(f"{part} function max", recorded["functions"]["max"], *sizes[-1]),
        Figure(f"{part} file lines", recorded["files"]["max"], *lengths[-1]),
    ]


def _median(sizes: list[tuple[int, str]]) -> int:
    return statistics.median_high([size for size, _ in sizes])


@pytest.mark.parametrize("part", TOPS)
def test_budgets_hold_and_only_tighten(part: str) -> None:
    tree.nothing(sentence for figure in figures(part) if (sentence := figure.judged()))


@pytest.mark.parametrize(
    ("recorded", "actual", "said"),
    [(61, 10, "limit"), (40, 41, "budget is 40"), (60, 39, "well done"), (60, 40, None), (40, 40, None)],
)
def test_a_budget_speaks_up(recorded: int, actual: int, said: str | None) -> None:
    sentence = Figure("product function max", recorded, actual, "x.py:1 f").judged()
    assert sentence is None if said is None else said in (sentence or "")
