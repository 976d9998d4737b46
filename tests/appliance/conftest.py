# SPDX-License-Identifier: Apache-2.0
"""What the tests of several rooms need: plugins are forgotten again; one process makes all doormen's workers."""

import sys
from collections.abc import Iterator

import pytest

from appliance.vault.doorman import doorman
from tests.appliance.standing import StandingWorkers


@pytest.fixture(scope="session", autouse=True)
def standing_workers() -> Iterator[StandingWorkers]:
    """Whoever makes a doorman and says nothing of workers has these."""
    standing = StandingWorkers()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(doorman, "Workers", lambda: standing)
        yield standing
    standing.end()


@pytest.fixture
def own_path(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Plugins and their folders that a test imports are forgotten after it."""
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setattr(sys, "dont_write_bytecode", sys.dont_write_bytecode)
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        if name.startswith("renkei_"):
            del sys.modules[name]
