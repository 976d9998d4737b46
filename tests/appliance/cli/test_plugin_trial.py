# SPDX-License-Identifier: Apache-2.0
"""The process of a trial: its question comes in, its lines and its code go out."""

import subprocess
import sys
from pathlib import Path

import msgspec

from appliance.cli.plugin_trial import DONE, Question
from appliance.host.approvals import Point
from tests.appliance.host.wheels import JOB


def answered(question: Question) -> subprocess.CompletedProcess[bytes]:
    """Ask a process."""
    words = [sys.executable, "-m", "appliance.cli.plugin_trial"]
    return subprocess.run(words, input=msgspec.json.encode(question), capture_output=True, timeout=60)


def test_a_folder_is_tried_point_by_point(tmp_path: Path) -> None:
    (tmp_path / "renkei_trial_good.py").write_text(JOB)
    (tmp_path / "renkei_trial_bad.py").write_text("1 / 0")
    points = [Point("renkei.vault", name, f"renkei_trial_{name}:Mine") for name in ("good", "bad")]
    ran = answered(Question(folder=str(tmp_path), points=(points[0], Point("renkei.cli", "word", "none:none"))))
    assert ran.returncode == DONE and ran.stdout.startswith(b"good \n  ok "), ran.stderr
    ran = answered(Question(folder=str(tmp_path), points=tuple(points)))
    assert ran.returncode == 1 and b"ZeroDivisionError" in ran.stdout
    assert not list(tmp_path.rglob("__pycache__"))


def test_a_file_is_tried_with_its_table(tmp_path: Path) -> None:
    (tmp_path / "trial_file.py").write_text(f'TIER = "vault"\n{JOB}')
    question = Question(file=str(tmp_path / "trial_file.py"), settings="[plugins.trial_file]\nunknown = 1")
    ran = answered(question)
    assert ran.returncode == 1 and b"plugins.trial_file" in ran.stdout
