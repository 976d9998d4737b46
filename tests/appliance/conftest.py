# SPDX-License-Identifier: Apache-2.0
"""What the tests of several rooms need: plugins that are imported are forgotten again."""

import sys
from collections.abc import Iterator

import pytest


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
