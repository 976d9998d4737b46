# SPDX-License-Identifier: Apache-2.0
"""An office with two open seats, a gate, and a keeper: fixtures for tests of the vault, and of pages about it."""

import pytest

from appliance.model.devices import Bond
from appliance.model.things import Office
from tests.appliance.vault.devices.scene import Scene
from tests.appliance.vault.tunnels.connecting import Tunnels
from tests.appliance.vault.world import World


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
    """The PC of its first seat, which may connect."""
    return await tunnels.bonded(sakura, 1)
