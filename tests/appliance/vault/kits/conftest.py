# SPDX-License-Identifier: Apache-2.0
"""A workshop, and an office with two open seats."""

import pytest

from appliance.model.things import Office
from tests.appliance.vault.devices.scene import Scene
from tests.appliance.vault.kits.workshop import Workshop
from tests.appliance.vault.world import World


@pytest.fixture
def shop(world: World) -> Workshop:
    """A vault with a binder and a builder."""
    return Workshop(Scene(world))


@pytest.fixture
async def sakura(shop: Workshop) -> Office:
    """The office."""
    return await shop.scene.office(1)
