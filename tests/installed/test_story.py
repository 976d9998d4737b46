# SPDX-License-Identifier: Apache-2.0
"""The whole story through the real units and sockets of an installed package."""

import json
import subprocess
import sys

import pytest

from tests.architecture.tree import ROOT
from tests.installed.container import Container

pytestmark = pytest.mark.installed
SITES = ("public", "portal", "console")


def test_the_story_plays_through_the_real_units(host: Container) -> None:
    made = json.loads(host.run("renkei", "init", "--demo", "--json").splitlines()[-1])
    play = [*host.network(), sys.executable, "-m", "tests.installed.play", str(host.leader)]
    done = subprocess.run(play, input=json.dumps(made), cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr + host.journal()
    assert "story complete" in done.stdout
    assert "Traceback" not in host.journal()
    for site in SITES:
        assert host.property(f"renkei-web@{site}.service", "NRestarts") == "0"
