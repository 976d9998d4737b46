# SPDX-License-Identifier: Apache-2.0
"""The last diagnosis, kept for a while."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from appliance.contracts.plugin import Clock
from appliance.link.messages import Diagnosis

KEPT_SECONDS = 30.0


@dataclass
class Doctor:
    """Many who look at the same time cost no more than one, and no mail server is flooded."""

    _last: Diagnosis | None = None
    _until: float = 0.0
    _one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def ask(self, clock: Clock, look: Callable[[], Awaitable[Diagnosis]]) -> Diagnosis:
        """The last one, or a new one."""
        async with self._one_at_a_time:
            if self._last is None or clock.monotonic() >= self._until:
                self._last = await look()
                self._until = clock.monotonic() + KEPT_SECONDS
            return self._last
