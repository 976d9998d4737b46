# SPDX-License-Identifier: Apache-2.0
"""An office with open seats, and builders in memory."""

from dataclasses import dataclass, field

from appliance.model.things import Office
from appliance.testing.memory_kit import MemoryKits
from appliance.vault.kits.offering import OfferedKit, offered, open_kit
from tests.appliance.vault.devices.scene import Scene
from tests.appliance.vault.world import World


@dataclass
class Workshop:
    """A vault with one builder, whose kits are text."""

    scene: Scene
    kits: MemoryKits = field(default_factory=MemoryKits)

    def __post_init__(self) -> None:
        """Known by its name."""
        self.world.plugins.add("kit", self.kits, "kit_memory")

    @property
    def world(self) -> World:
        """The vault, and who is in it."""
        return self.scene.world

    async def offered(self, office: Office) -> tuple[OfferedKit, ...]:
        """What the office may fetch."""
        return await offered(self.world.core, office)

    async def content(self, office: Office, seat: int = 1, platform: str = "kit_memory") -> bytes:
        """The bytes of a kit."""
        kit = await open_kit(self.world.core, office, seat, platform)
        return b"".join([piece async for piece in kit.chunks()])
