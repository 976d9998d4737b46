# SPDX-License-Identifier: Apache-2.0
"""A vault in memory for each test, and people in it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.appliance.vault.world import Person, World, opened


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A vault without offices and accounts."""
    async with opened(World.new(tmp_path / "shreds")) as made:
        yield made


@pytest.fixture
async def office(world: World) -> str:
    """An office."""
    return await world.office(1)


@pytest.fixture
async def user(world: World, office: str) -> Person:
    """A user of the office, signed in at the portal."""
    return await world.visitor(office)


@pytest.fixture
async def clerk(world: World) -> Person:
    """One of the fund's staff, signed in at the console."""
    return await world.clerk()


@pytest.fixture
async def stranger(world: World) -> Person:
    """A user of another office, signed in at the portal."""
    return await world.visitor(await world.office(2), "Suzuki02")
