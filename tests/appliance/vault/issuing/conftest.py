# SPDX-License-Identifier: Apache-2.0
"""An office with its admin, and one of the fund's clerks."""

import pytest

from appliance.model.words import Role
from tests.appliance.vault.people.folk import admin_of, staff_of
from tests.appliance.vault.world import Person, World


@pytest.fixture
async def admin(world: World) -> Person:
    """The admin of an office, registered and in."""
    return await admin_of(world)


@pytest.fixture
async def hara(world: World) -> Person:
    """One of the fund's clerks."""
    return await staff_of(world, "hara", Role.FUND_CLERK)
