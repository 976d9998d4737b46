# SPDX-License-Identifier: Apache-2.0
"""VPN engine of the plain demo: there is no tunnel, and whoever says on this machine to be connected is."""

from dataclasses import dataclass
from typing import Any

from appliance.contracts.plugin import Plugin, PluginError, Services, hookimpl
from appliance.contracts.tunnel import TunnelEngine
from renkei_tunnel_loopback.engine import LoopbackEngine
from renkei_tunnel_loopback.listening import Listener


@dataclass(frozen=True)
class Settings:
    """Where kits of the demo connect: a port of 127.0.0.1, 0 for any that is free."""

    port: int = 8449

    def __post_init__(self) -> None:
        """A port is a port."""
        if not 0 <= self.port <= 65_535:
            raise ValueError("`port` must be from 0 to 65535")


class TunnelLoopback(Plugin):
    """Offers the engine; the host starts it in a demo alone."""

    Settings = Settings
    demo_only = True

    def __init__(self, settings: Any, services: Services) -> None:
        """Nobody is connected."""
        super().__init__(settings, services)
        self._engine = LoopbackEngine(services.clock)
        self._listener = Listener(self._engine)

    async def start(self) -> None:
        """Listen for kits."""
        try:
            await self._listener.open(self.settings.port)
        except OSError as error:
            raise PluginError(
                f"kits cannot connect at port {self.settings.port}: {error}; set another one"
            ) from error

    async def stop(self) -> None:
        """All sessions end."""
        await self._listener.close()

    @hookimpl
    def register_tunnel(self) -> list[TunnelEngine]:
        """The engine."""
        return [self._engine]
