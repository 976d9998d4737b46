# SPDX-License-Identifier: Apache-2.0
"""VPN sessions by WireGuard on the gate's own host: the kernel's, or wireguard-go (R87 to R91)."""

import shutil
from typing import Any

from appliance.contracts.plugin import Plugin, PluginError, Services, hookimpl
from appliance.contracts.tunnel import TunnelEngine
from renkei_tunnel_wireguard.engine import WireGuard
from renkei_tunnel_wireguard.peers import is_key
from renkei_tunnel_wireguard.programs import run
from renkei_tunnel_wireguard.settings import Settings

__all__ = ["Settings", "TunnelWireguard"]
PACKAGES = {"wg": "wireguard-tools", "ip": "iproute2"}


class TunnelWireguard(Plugin):
    """One interface. It stays as it is when the plugin stops: who is connected stays so, and is adopted later."""

    Settings = Settings

    def __init__(self, settings: Any, services: Services) -> None:
        """Nothing is run yet."""
        super().__init__(settings, services)
        self._engine = WireGuard(settings, run, services.clock, services.log, services.metrics)

    @hookimpl
    def register_tunnel(self) -> list[TunnelEngine]:
        """The one engine."""
        return [self._engine]

    async def start(self) -> None:
        """Read the private key. Raises PluginError."""
        key = self.services.credential(self.settings.key).decode("ascii", "replace").strip()
        if not is_key(key):
            raise PluginError(
                f"the credential {self.settings.key} is no key of WireGuard; "
                f"`wg genkey | renkei credential set {self.settings.key}` makes one, and all kits are made anew"
            )
        self._engine.private = key

    async def check(self) -> None:
        """The programs are there. Raises PluginError."""
        missing = [package for program, package in PACKAGES.items() if shutil.which(program) is None]
        if missing:
            raise PluginError(f"install {', '.join(missing)}: `apt install {' '.join(missing)}`")
