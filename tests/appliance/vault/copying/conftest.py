# SPDX-License-Identifier: Apache-2.0
"""A fund to move."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.appliance.vault.copying.scene import Scene, prepared


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    """A fund in stores in memory, and empty ones."""
    async with prepared(tmp_path) as made:
        yield made
