# SPDX-License-Identifier: Apache-2.0
"""A clamd that plays its part, for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.plugins.scan_clamav.fake_clamd import FakeClamd, fake_clamd


@pytest.fixture
async def fake(tmp_path: Path) -> AsyncIterator[FakeClamd]:
    """A clamd."""
    async with fake_clamd(tmp_path) as clamd:
        yield clamd
