# SPDX-License-Identifier: Apache-2.0
"""Kits for PCs with Linux: one file of Python, which needs nothing on the PC but Python and the openssl command."""

from typing import Any

from appliance.contracts.kit import KitBuilder
from appliance.contracts.plugin import Plugin, Services, hookimpl
from renkei_kit_linux.builder import LinuxKits

__all__ = ["KitLinux"]


class KitLinux(Plugin):
    """Has no settings: all that differs stands in the order."""

    def __init__(self, settings: Any, services: Services) -> None:
        """Nothing is read yet."""
        super().__init__(settings, services)
        self._kits = LinuxKits()

    @hookimpl
    def register_kit(self) -> list[KitBuilder]:
        """The one builder."""
        return [self._kits]

    async def start(self) -> None:
        """Read what all kits have in common."""
        self._kits.parts = await self.services.in_thread(self._kits.read_parts)
