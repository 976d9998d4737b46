# SPDX-License-Identifier: Apache-2.0
"""What is known of the scanners: how each was when it was last asked, and what became of the documents."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from appliance.contracts.plugin import Clock
from appliance.contracts.scanner import ScannerAway, ScannerState
from appliance.host.host import Provided

AWAY = "away"
# Whoever took longer than that to be away costs every document that time; it is left alone for a while.
SLOW_SECONDS = 1.0
REST_SECONDS = 10.0

Observe = Callable[[str, str, float], None]
log = logging.getLogger("renkei.vault")


def _nobody_looks(scanner: str, verdict: str, seconds: float) -> None:
    """Nobody shows figures."""


@dataclass
class ScannerWatch:
    """states is what each scanner last said of itself, by its plugin's name; None while it is away.

    observe is told of each document: the scanner, its verdict or AWAY, and how long that took.
    """

    clock: Clock
    states: dict[str, ScannerState | None] = field(default_factory=dict)
    observe: Observe = _nobody_looks
    _rests_until: dict[str, float] = field(default_factory=dict)

    async def state(self, scanner: Provided) -> ScannerState:
        """What a scanner says of itself. Raises ScannerAway; at once for one that took long to be away just now."""
        began = self.clock.monotonic()
        if began < self._rests_until.get(scanner.plugin, 0):
            raise ScannerAway("it did not answer a moment ago")
        try:
            state: ScannerState = await scanner.provider.state()
        except ScannerAway as error:
            self._is_away(scanner.plugin, began, error)
            raise
        self._is_here(scanner.plugin, state)
        return state

    def _is_here(self, name: str, state: ScannerState) -> None:
        if name in self.states and self.states[name] is None:
            log.warning("the scanner %s is back: %s; what waits for it is looked at now", name, state.engine)
        self.states[name] = state

    def _is_away(self, name: str, since: float, error: ScannerAway) -> None:
        # Said once: a document that waits for it has a line of its own.
        if self.states.get(name, ...) is not None:
            log.warning("the scanner %s is away, and documents wait for it: %s", name, str(error) or "no answer")
        self.states[name] = None
        now = self.clock.monotonic()
        if now - since >= SLOW_SECONDS:
            self._rests_until[name] = now + REST_SECONDS

    async def look_after(self, scanners: Sequence[Provided]) -> None:
        """Ask all of them how they are."""

        async def ask(scanner: Provided) -> None:
            with suppress(ScannerAway):  # it is seen in states
                await self.state(scanner)

        async with asyncio.TaskGroup() as group:
            for scanner in scanners:
                group.create_task(ask(scanner))
