# SPDX-License-Identifier: Apache-2.0
"""The scanner: clamd, asked about one document after the other, some at once, and believed after a test."""

import asyncio

from appliance.contracts.plugin import Services
from appliance.contracts.scanner import Scanned, ScannerAway, ScannerState, ScanRequest, Verdict
from appliance.model.time import DAY
from renkei_scan_clamav.answers import Version, scanned_of, version_of
from renkei_scan_clamav.clamd import Clamd
from renkei_scan_clamav.settings import Settings, Stale
from renkei_scan_clamav.trust import need_trust

# A clamd that was restarted with other settings has the same version.
TRUST_SECONDS = 600.0


class ClamavScanner:
    """Keeps no connection, and nothing of a document."""

    def __init__(self, clamd: Clamd, settings: Settings, services: Services) -> None:
        """Nobody is asked yet."""
        self._clamd = clamd
        self._settings = settings
        self._services = services
        self._places = asyncio.Semaphore(settings.parallel)
        self._testing = asyncio.Lock()
        self._trusted = ""
        self._tested_at = 0.0

    async def scan(self, request: ScanRequest) -> Scanned:
        """Ask clamd. What is larger than it takes is not shown to it. Raises ScannerAway."""
        if request.size > self._settings.max_bytes:
            return Scanned(Verdict.NOT_SCANNABLE, f"larger than {self._settings.max_mib} MiB")
        async with self._places:
            self._need_fresh(await self._version())
            return scanned_of(await self._clamd.scan(request.chunks()))

    async def state(self) -> ScannerState:
        """What clamd says of itself, if it may be believed. Raises ScannerAway."""
        version = await self._version()
        return ScannerState(version.engine, version.signatures_at)

    async def _version(self) -> Version:
        """Its version, if it may be believed. Raises ScannerAway."""
        text = await self._clamd.version()
        version = version_of(text)
        if not self._is_trusted(text):
            async with self._testing:
                if not self._is_trusted(text):
                    await self._test(text, version)
        return version

    def _is_trusted(self, text: str) -> bool:
        now = self._services.clock.monotonic()
        return text == self._trusted and now - self._tested_at < TRUST_SECONDS

    async def _test(self, text: str, version: Version) -> None:
        self._trusted = ""
        await need_trust(self._clamd, self._settings.max_bytes, knows_test=self._settings.self_test)
        self._trusted, self._tested_at = text, self._services.clock.monotonic()
        if complaint := self._too_old(version):
            self._services.log.warning("%s", complaint)

    def _need_fresh(self, version: Version) -> None:
        if self._settings.stale is Stale.HOLD and (complaint := self._too_old(version)):
            raise ScannerAway(complaint)

    def _too_old(self, version: Version) -> str:
        """What is wrong with the age of the signatures, "" if nothing is. Nobody knows it: too old."""
        most = self._settings.max_signature_age_days
        if not most:
            return ""
        if not version.signatures_at:
            return f"{self._clamd} has none of ClamAV's daily signatures; run freshclam"
        days = (self._services.clock.now() - version.signatures_at) // DAY
        if days <= most:
            return ""
        return f"the signatures of {self._clamd} are {days} days old; run freshclam, or look why it does not"
