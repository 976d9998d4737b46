# SPDX-License-Identifier: Apache-2.0
"""`renkei plugin new`: what it writes passes `renkei plugin check`, its own tests and our tools at once."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from appliance.cli.failure import Failure, NotUnderstood
from appliance.cli.plugin_new import FAMILIES, new
from tests.appliance.cli.command import renkei
from tests.architecture import tree

ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}


def ran(folder: Path, *words: str) -> str:
    """Run a module of Python in the folder; what it said."""
    done = subprocess.run(
        [sys.executable, "-m", *words], cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("family", FAMILIES)
def test_what_is_new_is_checked_tested_and_clean(tmp_path: Path, family: str) -> None:
    assert "next: renkei plugin check" in new(f"my_{family}", family, tmp_path)
    folder = tmp_path / f"my_{family}"
    checked = renkei("plugin", "check", folder)
    assert checked.code == 0 and checked.out.endswith("ok: it may be installed\n"), checked.out
    assert "bad" not in checked.out and "skipped" not in checked.out and "its own: test_my_" in checked.out
    assert "passed" in ran(folder, "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:asyncio", "-W", "error")
    ran(folder, "ruff", "check", "--no-cache", "--config", str(tree.ROOT / "pyproject.toml"), ".")
    ran(folder, "ruff", "format", "--no-cache", "--check", "--config", str(tree.ROOT / "pyproject.toml"), ".")


@pytest.mark.parametrize("name", ["", "Lunch", "my-lunch", "1st", "a__b", "_a", "a" * 41, "../evil", "a b"])
def test_a_name_that_would_be_none(tmp_path: Path, name: str) -> None:
    with pytest.raises(NotUnderstood, match="is no name of a plugin"):
        new(name, "policy", tmp_path)
    assert not list(tmp_path.iterdir())


def test_what_is_there_is_not_overwritten(tmp_path: Path) -> None:
    new("lunch", "jobs", tmp_path)
    with pytest.raises(Failure, match="is there already"):
        new("lunch", "policy", tmp_path)


def test_the_command_writes_into_the_folder_where_one_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert renkei("plugin", "new", "lunch").code == 0
    assert "register_policy" in (tmp_path / "lunch" / "renkei_lunch" / "__init__.py").read_text()
    assert renkei("plugin", "new", "lunch", "--family", "banana").code == 2
