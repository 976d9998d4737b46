# SPDX-License-Identifier: Apache-2.0
"""What makes kits for real, and a PC with Windows for each file of tests."""

import shutil
from collections.abc import Iterator

import pytest

from tests.plugins.kit_windows.wine import Windows
from tests.plugins.kit_windows.workshop import Workshop, equipped, lacking


@pytest.fixture(scope="session")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """What `make kit-windows` builds, and a client that stands for the engine's."""
    if missing := lacking():
        pytest.skip(f"{', '.join(missing)} not installed: `make apt`")
    return equipped(tmp_path_factory.mktemp("workshop"))


@pytest.fixture(scope="module")
def windows(tmp_path_factory: pytest.TempPathFactory, workshop: Workshop) -> Iterator[Windows]:
    """A PC for a file of tests; what was installed on it is taken off between them. Its 700 MB go at the end."""
    prefix = tmp_path_factory.mktemp("pc") / "prefix"
    pc = Windows.new(prefix)
    yield pc
    pc.end()
    shutil.rmtree(prefix)
