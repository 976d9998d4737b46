# SPDX-License-Identifier: Apache-2.0
"""Documents are scanned by ClamAV's clamd, which runs as a service of its own (A32, lesson 10)."""

from typing import Any

from appliance.contracts.plugin import Plugin, PluginError, Services, hookimpl
from appliance.contracts.scanner import Scanner, ScannerAway
from renkei_scan_clamav.clamd import Clamd
from renkei_scan_clamav.scanner import ClamavScanner
from renkei_scan_clamav.settings import Settings, Stale
from renkei_scan_clamav.trust import Unfit

__all__ = ["ScanClamav", "Settings", "Stale"]


class ScanClamav(Plugin):
    """One clamd. One that is down stops no start: documents wait for it. One that cannot be trusted does."""

    Settings = Settings

    def __init__(self, settings: Any, services: Services) -> None:
        """Nothing is connected yet, nor is it later, between scans."""
        super().__init__(settings, services)
        clamd = Clamd(settings.place, settings.timeout_seconds)
        self._scanner = ClamavScanner(clamd, settings, services)

    @hookimpl
    def register_scanner(self) -> list[Scanner]:
        """The one scanner."""
        return [self._scanner]

    async def check(self) -> None:
        """Put clamd to the test. Raises PluginError if it answers, and is configured so that its verdicts lie."""
        try:
            state = await self._scanner.state()
        except Unfit as error:
            raise PluginError(str(error)) from error
        except ScannerAway as error:
            self.services.log.error("%s; documents wait until it is there", error)
        else:
            self.services.log.info("%s scans documents", state.engine)
