# SPDX-License-Identifier: Apache-2.0
"""An office that has just got its letter."""

import pytest

from appliance.testing.memory_kit import MemoryKits
from tests.appliance.vault.devices.scene import Scene
from tests.appliance.vault.fetching.letters import Holder, holder_of
from tests.appliance.vault.world import World


@pytest.fixture
async def holder(world: World) -> Holder:
    """Whoever has the letter."""
    return await holder_of(world)


@pytest.fixture
def kits(world: World) -> MemoryKits:
    """Kits for Windows, which are text."""
    made = MemoryKits("Windows", ".exe")
    world.plugins.add("kit", made, "kit_windows")
    return made


@pytest.fixture
def scene(world: World) -> Scene:
    """A binder, and PCs that make 確認コード."""
    return Scene(world)


@pytest.fixture
async def inside(scene: Scene, kits: MemoryKits, holder: Holder) -> Holder:
    """Whoever has the letter, with a ticket, in a vault that has a binder and kits for Windows."""
    return await holder.open()
