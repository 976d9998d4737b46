# SPDX-License-Identifier: Apache-2.0
"""An office with two open seats."""

import pytest

from appliance.model.things import Office
from tests.appliance.vault.devices.scene import Scene
from tests.appliance.vault.world import World


@pytest.fixture
def scene(world: World) -> Scene:
    """A vault with a binder."""
    return Scene(world)


@pytest.fixture
async def sakura(scene: Scene) -> Office:
    """The office."""
    return await scene.office(1)
