# SPDX-License-Identifier: Apache-2.0
"""The dashboard is what its source says, and shows figures that there are."""

import json
import runpy
from collections.abc import Callable
from pathlib import Path
from subprocess import run

import pytest

from tests.monitoring.reading import (
    DASHBOARD,
    MONITORING,
    OF_PROMETHEUS,
    expressions,
    figures_in,
    labels_in,
    listed,
    panels,
)


def test_the_file_is_what_the_source_makes() -> None:
    made = runpy.run_path(str(MONITORING / "dashboard.py"))["text"]()
    assert DASHBOARD.read_text("utf-8") == made, "run `make dashboard`"


def test_every_figure_of_ours_is_shown_and_there() -> None:
    shown = {name for expr in expressions().values() for name in figures_in(expr) if name.startswith("renkei_")}
    assert shown <= listed().keys()
    assert listed().keys() - shown == set(), "a figure that nobody sees"


@pytest.mark.parametrize(("where", "expr"), expressions().items())
def test_an_expression_asks_for_labels_that_there_are(where: str, expr: str) -> None:
    known = listed()
    there = set[str]().union(*(known.get(name, set()) for name in figures_in(expr)))
    assert labels_in(expr) <= there | OF_PROMETHEUS


def test_panels_have_a_name_a_place_and_a_unit() -> None:
    seen: set[tuple[int, int]] = set()
    for panel in panels():
        where = panel["gridPos"]
        cells = {(x, where["y"]) for x in range(where["x"], where["x"] + where["w"])}
        assert not cells & seen, f"{panel['title']} lies upon another"
        assert where["x"] + where["w"] <= 24
        seen |= cells
        assert panel["fieldConfig"]["defaults"]["unit"] and panel["targets"]
    titles = [panel["title"] for panel in panels()]
    assert len(set(titles)) == len(titles)


@pytest.mark.lab
def test_prometheus_understands_every_expression(program: Callable[[str], str], tmp_path: Path) -> None:
    rules = [{"record": f"panel:{number}", "expr": expr} for number, expr in enumerate(expressions().values())]
    file = tmp_path / "panels.yml"
    file.write_text(json.dumps({"groups": [{"name": "panels", "rules": rules}]}))
    done = run([program("promtool"), "check", "rules", file], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert f"{len(rules)} rules found" in done.stdout
