# SPDX-License-Identifier: Apache-2.0
"""The workshop itself: what the lab forbids, what a failed journey leaves behind, what the CI runs."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.architecture import tree

SAMPLE = """
from pathlib import Path

import pytest


def test_good() -> None:
    pass


def test_skips() -> None:
    pytest.skip("no engine here")


@pytest.mark.xfail(reason="known", strict=True)
def test_known() -> None:
    raise AssertionError


def test_journey(journey_dir: Path) -> None:
    (journey_dir / "vault").mkdir()
    (journey_dir / "vault" / "log").write_text("kept")
    raise AssertionError


def test_good_journey(journey_dir: Path) -> None:
    (journey_dir / "log").write_text("not kept")


@pytest.fixture
def service(journey_dir: Path):
    (journey_dir / "log").write_text("started ")
    yield
    (journey_dir / "log").write_text("started stopped")
    raise AssertionError


def test_torn_down(service) -> None:
    pass


def test_program(program) -> None:
    program("renkei-there-is-no-such-program")
"""


WHOLE_FILE = 'import pytest\n\npytest.skip("whole file", allow_module_level=True)\n'


@dataclass(frozen=True)
class Run:
    """What pytest said about the sample tests, and where it ran."""

    said: str
    room: Path


def run(room: Path, **environment: str) -> Run:
    """Run the sample tests in a project of their own, with our conftest."""
    shutil.copy(tree.ROOT / "tests" / "conftest.py", room)
    (room / "pytest.ini").write_text("[pytest]\n")
    (room / "test_sample.py").write_text(SAMPLE)
    (room / "test_whole.py").write_text(WHOLE_FILE)
    outside = {name: value for name, value in os.environ.items() if name not in {"RENKEI_REQUIRE_LAB", "CI"}}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--continue-on-collection-errors"]
    done = subprocess.run(command, cwd=room, env=outside | environment, capture_output=True, text=True, check=False)
    return Run(done.stdout + done.stderr, room)


@pytest.fixture(scope="module")
def at_a_desk(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run that may skip."""
    return run(tmp_path_factory.mktemp("desk"))


@pytest.fixture(scope="module")
def in_the_lab(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run that may not."""
    return run(tmp_path_factory.mktemp("lab"), RENKEI_REQUIRE_LAB="1")


def test_a_skip_is_a_skip_on_a_desk(at_a_desk: Run) -> None:
    assert "1 failed, 3 passed, 3 skipped, 1 xfailed, 1 error" in at_a_desk.said


def test_where_the_lab_is_required_nothing_may_skip(in_the_lab: Run) -> None:
    assert "3 failed, 3 passed, 1 xfailed, 2 errors" in in_the_lab.said
    for reason in ("no engine here", "renkei-there-is-no-such-program", "whole file"):
        assert reason in in_the_lab.said
    assert in_the_lab.said.count("forbids skipping") >= 3


def test_only_a_failed_journey_leaves_its_directory(at_a_desk: Run) -> None:
    kept = at_a_desk.room / "failed"
    assert {path.name for path in kept.iterdir()} == {"test_journey", "test_torn_down"}
    assert (kept / "test_torn_down" / "log").read_text() == "started stopped"
    assert (kept / "test_journey" / "vault" / "log").read_text() == "kept"


def test_the_ci_runs_everything_and_lets_nothing_skip() -> None:
    script = (tree.ROOT / ".ci" / "run").read_text()
    assert script.startswith("#!/usr/bin/env bash\n")
    assert "set -euo pipefail" in script and "export RENKEI_REQUIRE_LAB=1" in script
    steps = [line.split()[-1] for line in script.splitlines() if line.startswith("step ")]
    assert [step for step in steps if step in {"test", "lab", "check"}] == ["test", "lab", "check"]
    assert os.access(tree.ROOT / ".ci" / "run", os.X_OK)


@pytest.mark.parametrize("script", [".ci/run", "packaging/lock.sh"])
def test_scripts_are_well_formed(script: str) -> None:
    shell = (tree.ROOT / script).read_text().splitlines()[0].removeprefix("#!").split()
    subprocess.run([*shell, "-n", str(tree.ROOT / script)], check=True)
