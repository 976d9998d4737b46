# SPDX-License-Identifier: Apache-2.0
"""Fixtures: offices with filings at the fund, and the fund's people, with the real vault."""

import pytest

from appliance.model.words import Role
from tests.appliance.vault.people.folk import staff_of
from tests.appliance.vault.world import Person, World


@pytest.fixture
async def user(world: World) -> Person:
    """The admin of office 1, signed in at the portal."""
    return await world.visitor(await world.office(1))


@pytest.fixture
async def stranger(world: World) -> Person:
    """The admin of office 2, signed in at the portal."""
    return await world.visitor(await world.office(2), "Suzuki02")


@pytest.fixture
async def clerk(world: World) -> Person:
    """A clerk (業務担当)."""
    return await staff_of(world, "hara", Role.FUND_CLERK)


@pytest.fixture
async def other_clerk(world: World) -> Person:
    """Another clerk."""
    return await staff_of(world, "ueda", Role.FUND_CLERK)


@pytest.fixture
async def releaser(world: World) -> Person:
    """A releaser (承認者)."""
    return await staff_of(world, "oka", Role.FUND_RELEASER)


@pytest.fixture
async def auditor(world: World) -> Person:
    """An auditor (監査)."""
    return await staff_of(world, "kansa", Role.FUND_AUDITOR)
