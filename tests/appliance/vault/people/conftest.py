# SPDX-License-Identifier: Apache-2.0
"""An office with its admin, and two of the fund's systems people."""

import pytest

from tests.appliance.vault.people.folk import admin_of, staff_of
from tests.appliance.vault.world import Person, World


@pytest.fixture
async def admin(world: World) -> Person:
    """The admin of an office, registered and in."""
    return await admin_of(world)


@pytest.fixture
async def hayashi(world: World) -> Person:
    """One of systems."""
    return await staff_of(world, "hayashi")


@pytest.fixture
async def mori(world: World) -> Person:
    """Another one of systems."""
    return await staff_of(world, "mori")
