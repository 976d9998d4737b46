# SPDX-License-Identifier: Apache-2.0
"""What the fund tells everybody (お知らせ, SC12), as the vault last said it: every page of the site shows it.

Each answer of the vault brings it along. Where none comes, because only pages that ask nothing are looked at, the
vault is asked every few seconds. While the vault is away its last word stands, as long as it was meant to.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence

from appliance.link.messages import AskBanners, Banner
from appliance.link.refusals import Refused
from appliance.model.time import SECOND, Instant
from appliance.web.vault_side import Answered, VaultLink

EVERY_SECONDS = 5.0
TIMEOUT_SECONDS = 5.0
_log = logging.getLogger(__name__)


class BannerBoard:
    """One for each site of this process."""

    def __init__(
        self,
        link: VaultLink,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        """Nothing is known yet. monotonic gives seconds."""
        self._link = link
        self._monotonic = monotonic
        self._sleep = sleep
        self._banners: Sequence[Banner] = ()
        self._now: Instant = 0
        self._heard_at: float | None = None

    def hear(self, answered: Answered) -> None:
        """An answer of the vault has come."""
        self._banners, self._now, self._heard_at = answered.banners, answered.now, self._monotonic()

    def shown(self) -> Sequence[Banner]:
        """What a page shows now."""
        if not self._banners:
            return ()
        now = self._now + int(self._age() * SECOND)
        return [one for one in self._banners if now < one.until]

    async def run(self) -> None:
        """Ask the vault for ever, where nobody else does."""
        while True:
            if self._age() >= EVERY_SECONDS:
                await self._ask()
            await self._sleep(EVERY_SECONDS)

    async def _ask(self) -> None:
        try:
            self.hear(await self._link.ask(AskBanners(), timeout=TIMEOUT_SECONDS))
        except Refused as error:
            _log.info("what the fund tells everybody is not known: %s", error)

    def _age(self) -> float:
        """In seconds."""
        return EVERY_SECONDS if self._heard_at is None else self._monotonic() - self._heard_at
