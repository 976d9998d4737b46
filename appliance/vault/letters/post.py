# SPDX-License-Identifier: Apache-2.0
"""What the rooms and the outbox share: a bell that says there is a letter, and what was counted."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from appliance.model.words import MailOutcome


@dataclass
class Post:
    """rings counts, so that a ring which comes while nobody listens is not lost.

    counted is what became of letters since the start. away_since is when the way was found closed, in monotonic
    seconds, or None. observe(urgent, seconds) is told of each letter that left, and how long it had waited.
    """

    rings: int = 0
    counted: Counter[MailOutcome] = field(default_factory=Counter)
    away_since: float | None = None
    observe: Callable[[bool, float], None] = field(default=lambda urgent, seconds: None)
    _listening: set[asyncio.Event] = field(default_factory=set)

    def ring(self) -> None:
        """There is a letter."""
        self.rings += 1
        for event in self._listening:
            event.set()

    async def listen(self, heard: int, seconds: float) -> None:
        """Return when there was a ring after `heard` ones, or after seconds."""
        event = asyncio.Event()
        self._listening.add(event)
        try:
            if self.rings == heard:
                async with asyncio.timeout(seconds):
                    await event.wait()
        except TimeoutError:
            pass  # nobody rang: whoever listens looks by itself
        finally:
            self._listening.discard(event)
