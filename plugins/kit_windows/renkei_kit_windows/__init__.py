# SPDX-License-Identifier: Apache-2.0
"""Kits for PCs with Windows: an installer by NSIS, with the engine's client and one seat appended (R60, R70)."""

from pathlib import Path
from typing import Any

from appliance.contracts.kit import KitBuilder
from appliance.contracts.plugin import Plugin, PluginError, Services, hookimpl
from renkei_kit_windows.builder import BASE, WindowsKits
from renkei_kit_windows.settings import Settings
from renkei_kit_windows.signing import Signer

__all__ = ["KitWindows", "Settings"]


class KitWindows(Plugin):
    """What is missing stops no start: the kits are not offered, and why stands where fund IT looks."""

    Settings = Settings

    def __init__(self, settings: Any, services: Services) -> None:
        """Nothing is read yet."""
        super().__init__(settings, services)
        self._kits = WindowsKits(settings, services.in_thread)

    @hookimpl
    def register_kit(self) -> list[KitBuilder]:
        """One platform."""
        return [self._kits]

    async def start(self) -> None:
        """Read the base installer, certificate and key. Raises PluginError."""
        await self.services.in_thread(self._kits.open, BASE, self._signer())
        missing = (await self._kits.platform()).missing
        if missing:
            self.services.log.warning("no kits for Windows are offered: %s", missing)

    async def examine(self) -> None:
        """What is missing now."""
        if missing := (await self._kits.platform()).missing:
            raise PluginError(missing)

    def _signer(self) -> Signer | None:
        settings = self.settings
        if not settings.certificate:
            return None
        try:
            chain = Path(settings.certificate).read_bytes()
        except OSError as error:
            raise PluginError(f"`certificate` {settings.certificate} cannot be read ({error.strerror})") from error
        return Signer(chain, self.services.credential(settings.key))
