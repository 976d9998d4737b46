# SPDX-License-Identifier: Apache-2.0
"""The workshop itself: what the lab forbids, what a failed journey leaves behind, what the CI runs."""

import os
import shutil
import subprocess
import sys
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


def test_program(program) -> None:
    program("renkei-there-is-no-such-program")
"""


@pytest.fixture
def room(tmp_path: Path) -> Path:
    """A project of its own with our conftest and the sample tests."""
    shutil.copy(tree.ROOT / "tests" / "conftest.py", tmp_path)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    (tmp_path / "test_sample.py").write_text(SAMPLE)
    return tmp_path


def run(room: Path, *args: str, **environment: str) -> str:
    """What pytest says about the sample tests."""
    outside = {name: value for name, value in os.environ.items() if name not in {"RENKEI_REQUIRE_LAB", "CI"}}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *args]
    done = subprocess.run(command, cwd=room, env=outside | environment, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def test_a_skip_is_a_skip_on_a_desk(room: Path) -> None:
    assert "1 failed, 2 passed, 2 skipped, 1 xfailed" in run(room)


def test_where_the_lab_is_required_nothing_may_skip(room: Path) -> None:
    said = run(room, RENKEI_REQUIRE_LAB="1")
    assert "3 failed, 2 passed, 1 xfailed" in said
    assert "forbids skipping" in said and "no engine here" in said


def test_nor_may_a_whole_file(room: Path) -> None:
    (room / "test_sample.py").write_text('import pytest\n\npytest.skip("not here", allow_module_level=True)\n')
    assert "1 error" in run(room, RENKEI_REQUIRE_LAB="1")
    assert "1 skipped" in run(room)


def test_only_a_failed_journey_leaves_its_directory(room: Path) -> None:
    run(room)
    kept = room / "failed"
    assert [path.name for path in kept.iterdir()] == ["test_journey"]
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
