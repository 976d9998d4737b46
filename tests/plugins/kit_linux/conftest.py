# SPDX-License-Identifier: Apache-2.0
"""A PC, the words of kits, and a PC with keys that many tests look at and none changes."""

import json
from pathlib import Path

import pytest
from renkei_kit_linux.builder import words
from renkei_kit_linux.on_pc.keys import make_keys
from renkei_kit_linux.on_pc.order import Words

from tests.plugins.kit_linux.office_pc import OfficePc, order_there


@pytest.fixture
def pc(tmp_path: Path) -> OfficePc:
    """A PC on which nothing is installed."""
    return OfficePc(tmp_path / "pc")


@pytest.fixture(scope="session")
def texts() -> Words:
    """What the kit of the first seat says."""
    return Words(json.loads(words()), order_there())


@pytest.fixture(scope="session")
def keyed(tmp_path_factory: pytest.TempPathFactory) -> OfficePc:
    """A PC with the keys of the first seat."""
    made = OfficePc(tmp_path_factory.mktemp("keyed") / "pc")
    made.places.own.mkdir(parents=True)
    make_keys(made.places, order_there())
    return made
