# SPDX-License-Identifier: Apache-2.0
"""What the pages about VPN sessions are tested with: an office whose PC is connected, and the fund's people."""

import pytest

from appliance.model.devices import Bond
from appliance.model.things import Office
from appliance.model.words import Role
from tests.appliance.vault.devices.scene import Scene
from tests.appliance.vault.people.folk import staff_of
from tests.appliance.vault.tunnels.connecting import Tunnels
from tests.appliance.vault.world import Person, World


@pytest.fixture
def tunnels(world: World) -> Tunnels:
    """A vault with a binder, a gate and a keeper."""
    return Tunnels(Scene(world))


@pytest.fixture
async def sakura(tunnels: Tunnels) -> Office:
    """The office."""
    return await tunnels.scene.office(1)


@pytest.fixture
async def pc(tunnels: Tunnels, sakura: Office) -> Bond:
    """Its PC."""
    return await tunnels.bonded(sakura)


@pytest.fixture
async def clerk(world: World) -> Person:
    """A clerk (業務担当)."""
    return await staff_of(world, "hara", Role.FUND_CLERK)


@pytest.fixture
async def auditor(world: World) -> Person:
    """An auditor (監査)."""
    return await staff_of(world, "kansa", Role.FUND_AUDITOR)
